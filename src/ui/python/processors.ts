import {type Generation, type ParameterName, unreadWithout} from '../../engine/parameters/registry.ts';
import {fraction, pythonLiteral} from './python.ts';

/**
 * Steps that `generate` has no argument for, as processors of a few lines. transformers applies them after its own processors and
 * before its warpers. What must come after those (XTC, Mirostat, a dynamic temperature) cannot be written so.
 */
interface PythonProcessor {
	/** The settings that it stands for. */
	readonly names: readonly ParameterName[];
	/** How it is made. */
	readonly call: string;
	/** Its class; left out for one that transformers has. */
	readonly lines?: readonly string[];
}

const isRead = (name: ParameterName, generation: Generation) => unreadWithout(name, generation) === null;

/** The processors that these settings need, in the order in which they are applied. `ids` is the prompt. */
export function pythonProcessors(generation: Generation): PythonProcessor[] {
	const {repetitionPenalty, promptIgnoreLength, frequencyPenalty, presencePenalty, dryMultiplier, topNSigma} =
		generation;
	const found: PythonProcessor[] = [];
	if (repetitionPenalty !== 1 && promptIgnoreLength > 0) {
		const penalty = fraction(repetitionPenalty);
		found.push({
			names: ['repetitionPenalty', 'promptIgnoreLength'],
			call: `RepetitionPenaltyLogitsProcessor(${penalty}, prompt_ignore_length=${promptIgnoreLength})`,
		});
	}
	if (frequencyPenalty !== 0 || presencePenalty !== 0) found.push(used(frequencyPenalty, presencePenalty));
	if (dryMultiplier !== 0) found.push(dry(generation));
	if (topNSigma !== 0 && isRead('topNSigma', generation)) found.push(nSigma(topNSigma));
	return found;
}

const used = (frequency: number, presence: number): PythonProcessor => ({
	names: ['frequencyPenalty', 'presencePenalty'],
	call: 'Used()',
	lines: [
		'class Used(LogitsProcessor):  # frequencyPenalty and presencePenalty: what the continuation has used loses',
		'    def __call__(self, input_ids, scores):',
		'        for row, generated in enumerate(input_ids[:, ids.shape[1]:]):',
		'            counts = torch.bincount(generated, minlength=scores.shape[1])',
		`            scores[row] -= ${fraction(frequency)} * counts + ${fraction(presence)} * (counts > 0)`,
		'        return scores',
	],
});

const nSigma = (n: number): PythonProcessor => ({
	names: ['topNSigma'],
	call: 'TopNSigma()',
	lines: [
		'class TopNSigma(LogitsProcessor):  # topNSigma: so many standard deviations below the largest logit',
		'    def __call__(self, input_ids, scores):',
		'        for row in scores:',
		'            kept = row[row > -torch.inf]',
		`            row[row < kept.max() - ${fraction(n)} * kept.double().std(correction=0)] = -torch.inf`,
		'        return scores',
	],
});

const dry = ({dryMultiplier, dryBase, dryAllowedLength, dryPenaltyLastN, drySequenceBreakers}: Generation) => ({
	names: ['dryMultiplier', 'dryBase', 'dryAllowedLength', 'dryPenaltyLastN', 'drySequenceBreakers'] as const,
	call: 'Dry()',
	lines: [
		`breakers = {tokenizer("a" + text, add_special_tokens=False).input_ids[-1] for text in ${pythonLiteral(drySequenceBreakers)}}`,
		'class Dry(LogitsProcessor):  # DRY: what would go on with a repetition loses',
		'    def __call__(self, input_ids, scores):',
		`        for row, text in enumerate(input_ids${dryPenaltyLastN > 0 ? `[:, -${dryPenaltyLastN}:]` : ''}.tolist()):`,
		'            repeated = {}',
		'            for at in range(len(text) - 1):',
		'                length = 0',
		'                while length < 50 and length <= at and text[at - length] == text[-1 - length] and text[at - length] not in breakers:',
		'                    length += 1',
		'                if length > 0 and text[at + 1] not in breakers:',
		'                    repeated[text[at + 1]] = max(length, repeated.get(text[at + 1], 0))',
		'            for id, length in repeated.items():',
		`                if length >= ${dryAllowedLength}:`,
		`                    scores[row, id] -= ${fraction(dryMultiplier)} * ${fraction(dryBase)} ** (length - ${dryAllowedLength})`,
		'        return scores',
	],
});

/**
 * A function for `prefix_allowed_tokens_fn` that lets one of several texts be written, token by token. It compares texts: a
 * character that takes several tokens is not written.
 * @param begun what was appended to the prompt already, where that begins one of them.
 */
export const pythonChoices = (choices: readonly string[], begun: string): string[] => [
	`choices = ${pythonLiteral(choices)}`,
	`begun = ${pythonLiteral(begun)}`,
	'spelled = {}',
	'for id in range(model.config.vocab_size):',
	'    spelled.setdefault(tokenizer.decode([id], clean_up_tokenization_spaces=False), []).append(id)',
	'',
	'def fitting(batch, sequence):',
	'    written = begun + tokenizer.decode(sequence[ids.shape[1]:], clean_up_tokenization_spaces=False)',
	'    left = [choice[len(written):] for choice in choices if choice.startswith(written)]',
	'    fits = [id for rest in left for end in range(1, len(rest) + 1) for id in spelled.get(rest[:end], [])]',
	'    return fits if fits and "" not in left else fits + [tokenizer.eos_token_id]',
	'',
];
