/** A process that reads its share of memory over and over, in WebAssembly, with loads of 16 bytes. */

/**
 * (func (export "read") (param $end i32) (result i32)): adds up all memory before `end`, 64 bytes at a time into four sums, so
 * that no addition waits for the one before it.
 */
function reader(): Uint8Array<ArrayBuffer> {
	const sum = (k: number) => [0x20, 2 + k, 0x20, 1, 0xfd, 0x00, 4, 16 * k, 0xfd, 0xce, 0x01, 0x21, 2 + k];
	const body = [
		...[2, 1, 0x7f, 4, 0x7b], // locals: the position, four sums
		...[0x03, 0x40], // loop
		...[0, 1, 2, 3].flatMap(sum),
		...[0x20, 1, 0x41, 0xc0, 0x00, 0x6a, 0x22, 1, 0x20, 0, 0x49, 0x0d, 0, 0x0b], // on by 64, again while before the end
		...[0x20, 2, 0x20, 3, 0xfd, 0xce, 0x01, 0x20, 4, 0xfd, 0xce, 0x01, 0x20, 5, 0xfd, 0xce, 0x01, 0xfd, 0x1b, 0, 0x0b],
	];
	return Uint8Array.from([
		...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
		...[1, 6, 1, 0x60, 1, 0x7f, 1, 0x7f], // types
		...[2, 8, 1, 1, 0x65, 1, 0x6d, 2, 0, 1], // the memory, imported as e.m
		...[3, 2, 1, 0], // functions
		...[7, 8, 1, 4, 0x72, 0x65, 0x61, 0x64, 0, 0], // exports
		...[10, body.length + 2, 1, body.length, ...body],
	]);
}

const [bytes, milliseconds] = process.argv.slice(2).map(Number);
const PAGE = 65_536;
const memory = new WebAssembly.Memory({initial: Math.ceil(bytes / PAGE)});
// Written once, or the system would hand out one and the same page of zeros.
new Uint8Array(memory.buffer).fill(1);
const {instance} = await WebAssembly.instantiate(reader(), {e: {m: memory}});
const read = instance.exports.read as (end: number) => number;
const end = Math.floor(bytes / 64) * 64;

/** Bytes read until so much time has passed. */
function readFor(duration: number): {bytes: number; milliseconds: number} {
	const start = performance.now();
	let passes = 0;
	while (performance.now() - start < duration) {
		read(end);
		passes++;
	}
	return {bytes: passes * end, milliseconds: performance.now() - start};
}

// Until V8 has compiled it well.
readFor(milliseconds / 2);
process.once('message', () => process.send!(readFor(milliseconds)));
process.send!('ready');

export {};
