import {EngineError} from '../../engine/errors/engine-error.ts';
import {refuse} from '../../engine/errors/refusal.ts';
import type {TurnAnswer} from '../../protocol/questions/chat.ts';
import type {Params} from '../../protocol/questions.ts';
import type {Call} from '../call.ts';

/** A text as a user's turn. The templates' interpreter is loaded when it is first asked for. */
export async function answerTurn({text}: Params<'turn'>, {model: {tokenizer}}: Call<'turn'>): Promise<TurnAnswer> {
	if (!tokenizer.chat) throw new EngineError('not-supported', refuse('chat-none'));
	const {ChatTemplate} = await import('../../engine/tokenizer/chat/chat-template.ts');
	return new ChatTemplate(tokenizer.chat).aroundTurn(text);
}
