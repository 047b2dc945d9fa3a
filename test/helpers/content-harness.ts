/** What tests of the content script reach in a real page: `bundleForPage` makes one script of it. */
export {flatBoundary} from '../../src/page-access/text-map/flat-tree.ts';
export {TextBuilder} from '../../src/page-access/text-map/text-builder.ts';
export {type NodeSpan, TextMap} from '../../src/page-access/text-map/text-map.ts';
export {mapText} from '../../src/page-access/text-map/text-walk.ts';
export {placeBeside} from '../../src/ui/placement.ts';
