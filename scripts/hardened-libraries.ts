import type {Plugin} from 'vite';

/**
 * Doors that libraries leave open and nothing here goes through, closed in the built code: what reviewers and linters of
 * the stores would otherwise have to take on trust.
 */
const CLOSED: readonly {module: RegExp; door: RegExp; replacement: string}[] = [
	// Preact's `dangerouslySetInnerHTML`. Text is only ever text.
	{module: /\/preact\/dist\/preact\.mjs$/, door: /(\w+)\.innerHTML=(\w+\.__html)/, replacement: '$1.textContent=$2'},
	// ONNX Runtime loads its WASM loader from any address it is told. It is only ever told this one (extension-assets.ts).
	{
		module: /\/onnxruntime-web\/dist\/ort\.[\w.]+\.mjs$/,
		door: /import\((?:\/\*[^*]*\*\/\s*)*\w+\)/,
		replacement: 'import(/*@vite-ignore*/"/ort/ort-wasm-simd-threaded.mjs")',
	},
	// transformers.js takes models and its runtime from these addresses, unless it is given both, as it is here
	// (src/engine/families/onnx/transformers.ts).
	{
		module: /@huggingface\/transformers\/dist\/transformers\.web\.js$/,
		door: /https:\/\/huggingface\.co\/(?=["'`])/,
		replacement: '/never/',
	},
	{
		module: /@huggingface\/transformers\/dist\/transformers\.web\.js$/,
		door: /https:\/\/cdn\.jsdelivr\.net\/npm\/onnxruntime-web@/,
		replacement: '/never/',
	},
];

/**
 * Preact's door and Readability's, in a script that was bundled without plugins: CRXJS bundles injected scripts so.
 * Readability makes markup of text where it finds too little at first, which it is told never to (src/features/passage/content/article).
 */
export const withoutInnerHtml = (code: string): string => code.replaceAll(/\.innerHTML=(?!=)/g, '.textContent=');

/** Closes them, and fails the build when a new version of a library has another door than the one known here. */
export const hardenedLibraries = (): Plugin => ({
	name: 'hardened-libraries',
	apply: 'build',
	transform(code, id) {
		const doors = CLOSED.filter(({module}) => module.test(id.split('?')[0]));
		if (doors.length === 0) return;
		let closed = code;
		for (const {door, replacement} of doors) {
			if (!door.test(closed)) this.error(`${id} has changed: ${door} is not in it any more.`);
			closed = closed.replaceAll(new RegExp(door, 'g'), replacement);
		}

		return {code: closed, map: null};
	},
});
