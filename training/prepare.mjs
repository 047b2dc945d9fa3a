// Tokenise a corpus into shards of uint16 token ids: node prepare.mjs CORPUS DATA
// Every document begins with <|endoftext|>. One in 250, chosen by a hash of its text, is held out for validation.
import {spawn} from 'node:child_process';
import {closeSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync, writeSync} from 'node:fs';
import {createInterface} from 'node:readline';
import {Tokenizer} from '@huggingface/tokenizers';

const [corpus, data] = process.argv.slice(2);
if (!data) {
	console.error('usage: node prepare.mjs CORPUS DATA');
	process.exit(2);
}

const HELD_OUT = 1 / 250;
const END_OF_TEXT = 50_256;
const json = name => JSON.parse(readFileSync(new URL(`../models/gpt2-mini/${name}`, import.meta.url), 'utf8'));
const tokenizer = new Tokenizer(json('tokenizer.json'), json('tokenizer_config.json'));

/** FNV-1a of a text's UTF-16 code units, from 0 to 1. */
const hash = text => {
	let state = 2_166_136_261;
	for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 16_777_619);
	return (state >>> 0) / 2 ** 32;
};

const families = readdirSync(corpus).filter(name => name.endsWith('.txt.xz'));
if (families.length === 0) {
	console.error(`${corpus} has no *.txt.xz.`);
	process.exit(1);
}

mkdirSync(data, {recursive: true});
for (const file of families) {
	const family = file.replace('.txt.xz', '');
	const shards = {train: openSync(`${data}/${family}.train.bin`, 'w'), val: openSync(`${data}/${family}.val.bin`, 'w')};
	const count = {train: 0, val: 0};
	const xz = spawn('xz', ['-dc', `${corpus}/${file}`], {stdio: ['ignore', 'pipe', 'inherit']});
	for await (const line of createInterface({input: xz.stdout})) {
		const [, text] = JSON.parse(line);
		const {ids} = tokenizer.encode(text.toWellFormed(), {add_special_tokens: false});
		const split = hash(text) < HELD_OUT ? 'val' : 'train';
		writeSync(shards[split], new Uint8Array(Uint16Array.from([END_OF_TEXT, ...ids]).buffer));
		count[split] += ids.length + 1;
	}

	for (const shard of Object.values(shards)) closeSync(shard);
	console.log(`${family}: ${count.train} tokens to train on, ${count.val} held out`);
}

writeFileSync(`${data}/done`, '');
