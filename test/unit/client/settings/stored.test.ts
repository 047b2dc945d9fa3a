import {expect, test} from 'vitest';
import {DEFAULT_SETTINGS, SETTINGS_KEY} from '../../../../src/client/settings/settings.ts';
import {readStored, TooLargeError, updateStored} from '../../../../src/client/settings/stored.ts';
import {FakeStorage, oneByOne} from '../../../helpers/fake-storage.ts';

const save = (area: FakeStorage, badWords: string[]) => updateStored(area, stored => ({...stored, badWords}), oneByOne);

/** The bytes that settings with these words take, as the browser counts them. */
async function bytesOf(badWords: string[]) {
	const area = new FakeStorage();
	await save(area, badWords);
	return SETTINGS_KEY.length + new TextEncoder().encode(area.entries.get(SETTINGS_KEY)!).length;
}

/** Words that fill the room exactly; the last has ten letters at least. */
async function wordsThatFit() {
	const words = Array.from({length: 35}, () => 'x'.repeat(190));
	const left = 8192 - (await bytesOf(words));
	words.push(...Array.from({length: Math.floor((left - 13) / 183)}, () => 'x'.repeat(180)));
	const rest = 8192 - (await bytesOf(words)) - 3;
	return [...words, 'y'.repeat(rest)];
}

test('settings of exactly 8,192 bytes are stored, one more byte is refused', async () => {
	const words = await wordsThatFit();
	expect(await bytesOf(words)).toBe(8192);
	const area = new FakeStorage();
	await expect(save(area, [...words.slice(0, -1), `${words.at(-1)}y`])).rejects.toThrow(
		'The settings take 8193 bytes, and the browser stores 8192 at most.',
	);
	expect(area.writes).toEqual([]);
});

test('a `<` takes six bytes in the browser’s JSON', async () => {
	const words = await wordsThatFit();
	const last = words.at(-1)!;
	await expect(save(new FakeStorage(), [...words.slice(0, -1), `<${last.slice(1)}`])).rejects.toThrow(TooLargeError);
	await save(new FakeStorage(), [...words.slice(0, -1), `<${last.slice(6)}`]);
});

test('an unchanged value is not written', async () => {
	const area = new FakeStorage();
	await updateStored(area, stored => ({...stored}), oneByOne);
	expect(area.writes).toEqual([]);
});

test('any change overwrites the stored values that could not be used', async () => {
	const area = new FakeStorage();
	area.entries.set(SETTINGS_KEY, '"broken"');
	await updateStored(area, stored => ({...stored, passageScale: 'surprisal'}), oneByOne);
	expect(await readStored(area)).toEqual({settings: {...DEFAULT_SETTINGS, passageScale: 'surprisal'}, problems: []});
});
