import {expect, test} from 'vitest';
import {influenceInPython} from '../../../src/walk/chapters/influence/python.ts';
import {labelsInPython} from '../../../src/walk/chapters/labels/python.ts';

/** The Python below a figure asks what the figure asks. */

const lines = (code: string) => code.split('\n');

test('the classification has the task’s template, examples, labels and calibration', () => {
	const task = {
		labels: ['good', 'so "so"'],
		template: 'Review: {text}\nThe film was ',
		examples: [{text: 'A joy.', label: 'good'}],
		contentFree: 'N/A',
	};
	const code = lines(labelsInPython(task, 'Dull', 'openai-community/gpt2'));
	expect(code).toContain('name = "openai-community/gpt2"');
	// As the engine fills it: no space at the template's end, and the label brings one.
	expect(code).toContain('template = "Review: A joy.\\nThe film was good\\n\\nReview: {text}\\nThe film was"');
	expect(code).toContain('labels = [" good", " so \\"so\\""]');
	expect(code).toContain('scores -= torch.tensor([score("N/A", label) for label in labels])  # calibrated');
	const plain = labelsInPython({...task, template: '{text}\n', contentFree: null}, 'Dull', null);
	expect(lines(plain)).toContain('labels = ["good", "so \\"so\\""]');
	expect(plain).not.toContain('scores -=');
});

const question = {text: 'He left.', unit: 'token', replacement: '', chosen: 5, against: null} as const;

test('occlusion takes out what is taken out here, and puts in its place what is put there', () => {
	const tokens = lines(influenceInPython(question, null));
	expect(tokens).toContain('    new = ""');
	expect(tokens).toContain('    return (log_probs[chosen]).item()');
	const words = lines(influenceInPython({...question, unit: 'word', replacement: '_', against: 7}, null));
	expect(words).toContain('    new = piece[:len(piece) - len(piece.lstrip())] + "_"');
	expect(words).toContain('against = 7');
	expect(words).toContain('    return (log_probs[chosen] - log_probs[against]).item()');
	expect(words[0]).toBe('import re');
});
