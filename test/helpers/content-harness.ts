/** What tests of the content script reach in a real page: `bundleForPage` makes one script of it. */
export {flatBoundary} from '../../src/client/page/text-map/flat-tree.ts';
export {TextBuilder} from '../../src/client/page/text-map/text-builder.ts';
export {type NodeSpan, TextMap} from '../../src/client/page/text-map/text-map.ts';
export {mapText} from '../../src/client/page/text-map/text-walk.ts';
export {highlightRules} from '../../src/features/passage/content/highlights/rules.ts';
export {placeBeside} from '../../src/ui/placement.ts';
