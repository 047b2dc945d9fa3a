import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {notices} from '../../../scripts/notices.ts';

const written = readFileSync('docs/THIRD-PARTY-NOTICES.md', 'utf8');

test('the notices are those of the packages that ship: `npm run notices` writes them', () => {
	expect(written).toBe(notices());
});

test.each([
	['ONNX Runtime', 'Copyright (c) Microsoft Corporation'],
	['Protocol Buffers', 'Copyright 2008 Google Inc.'],
	['Eigen', 'Mozilla Public License Version 2.0'],
	['musl', 'Rich Felker'],
	['GPT-2', 'We only ask that you use GPT-2 responsibly'],
])('the licence of %s is quoted', (_, phrase) => {
	expect(written).toContain(phrase);
});

test('every section quotes a text', () => {
	const sections = written.split(/^#{2,3} (?!Linked into)/m).slice(1);
	expect(sections.length).toBeGreaterThan(30);
	for (const section of sections) expect(section, section.slice(0, 60)).toMatch(/```\n[\s\S]{20,}\n```/);
});
