/** What tests of the content script reach in a real page: `bundleForPage` makes one script of it. */
export {flatBoundary} from '../../src/content/text-map/flat-tree.ts';
export {TextBuilder} from '../../src/content/text-map/text-builder.ts';
export {type Span, TextMap} from '../../src/content/text-map/text-map.ts';
export {mapText} from '../../src/content/text-map/text-walk.ts';
