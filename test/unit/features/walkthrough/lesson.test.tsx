// @vitest-environment happy-dom
import {beforeAll, expect, test} from 'vitest';
import {createLesson, readLesson, type Step} from '../../../../src/features/walkthrough/lesson/lesson.ts';
import {LessonPage} from '../../../../src/features/walkthrough/lesson/lesson-page.tsx';
import {pageFile} from '../../../../src/ui/saved-page.ts';
import {installI18n} from '../../../helpers/fake-i18n.ts';

beforeAll(installI18n);

const CHAPTERS = ['tokens', 'head'];
const STEPS: Step[] = [
	{title: 'A head is a classifier: “<b>a & b</b>”', hash: '#head?text=a+%26+%22b%22&class=13'},
	{title: 'Text to tokens', hash: '#tokens?text=%F0%9F%99%82'},
];

test('a lesson that was saved is read as it was, also where the extension has another address', () => {
	const page = 'moz-extension://another/src/entrypoints/walkthrough/index.html';
	const file = pageFile('Lesson', <LessonPage steps={STEPS} page={page} />, '1.0.0');
	expect(readLesson(file, CHAPTERS)).toEqual(STEPS);
});

test('a list in Markdown is a lesson, too', () => {
	const file = `# My lesson\n\n${STEPS.map(({title, hash}) => `- [${title}](chrome-extension://x/walk.html${hash})`).join('\n')}`;
	expect(readLesson(file, CHAPTERS)).toEqual(STEPS);
});

test.each([
	['nothing', ''],
	['links elsewhere', '<a href="https://example.com/#top">x</a> <a href="/page">y</a>'],
	['a chapter that there is none of', '<a href="#body?text=a">x</a>'],
	['a script', '<a href="javascript:alert(1)">x</a>'],
	['bytes', '\u0000\ufffd('.repeat(1000)],
])('%s is no lesson', (_, file) => {
	expect(readLesson(file, CHAPTERS)).toEqual([]);
});

test('steps are added, moved and removed, and every change is kept', () => {
	let kept: readonly Step[] = [];
	const lesson = createLesson([], steps => {
		kept = steps;
	});
	for (const step of STEPS) lesson.add(step);
	lesson.raise(1);
	expect(lesson.steps.value).toEqual([...STEPS].reverse());
	lesson.raise(0);
	lesson.remove(0);
	expect(kept).toEqual([STEPS[0]]);
});
