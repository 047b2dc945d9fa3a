/** The page script, and what its tests ask of it. */
import '../../src/client/page/page-script.iife.ts';
import type {PageScript} from '../../src/client/page/page-script.iife.ts';

const script = () => (globalThis as unknown as {nextTokenLensPage: PageScript}).nextTokenLensPage;

export const read = () => script().read();
export const insert = (text: string, field: string) => script().insert(text, field);
