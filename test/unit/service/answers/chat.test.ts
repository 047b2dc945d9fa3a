import {expect, test} from 'vitest';
import {answerTurn} from '../../../../src/service/answers/chat.ts';
import type {Call} from '../../../../src/service/call.ts';

const call = (chat: object | null) => ({model: {tokenizer: {chat}}}) as unknown as Call<'turn'>;

test('a text is written as a user’s turn by the model’s own template', async () => {
	const source = '{% for m in messages %}<|{{ m.role }}|>{{ m.content }}{{ eos_token }}{% endfor %}<|assistant|>';
	expect(await answerTurn({text: 'Hi {{ x }}'}, call({source, tokens: {eos_token: '</s>'}}))).toEqual({
		text: '<|user|>Hi {{ x }}</s><|assistant|>',
		around: {before: '<|user|>', after: '</s><|assistant|>'},
	});
});

test('a model without a template refuses', async () => {
	await expect(answerTurn({text: 'Hi'}, call(null))).rejects.toThrow(/has no chat template/);
});
