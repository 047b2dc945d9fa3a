import {columnNames, pairColumns} from '../output.ts';
import type {Unit} from '../rows.ts';
import {begun, folderHint, helpers, item, like, list, loading, type PythonTask, parts, reading} from './task.ts';

/** The columns of each unit that minicons has a measure for, by the names that they have in our tables. */
const COLUMNS: Record<Unit | 'pair', readonly string[]> = {
	token: ['position', 'token', 'plain_surprisal_bits', 'rank'],
	word: ['position', 'word', 'corrected_surprisal_bits'],
	region: ['position', 'region', 'corrected_surprisal_bits'],
	text: ['text', 'tokens', 'plain_surprisal_bits'],
	pair: [
		'first',
		'second',
		'first_plain_surprisal_bits',
		'second_plain_surprisal_bits',
		'difference_bits',
		'more_probable',
		'right',
		'is_right',
	],
};

/** The same with minicons, which has the correction with a mask of the space alone. */
export const inMinicons = (task: PythonTask): string => {
	const {from, unit} = task;
	const bos = from.how.addSpecialTokens === false ? 'False' : 'True';
	const isByWord = unit === 'word' || unit === 'region';
	return `import csv
import re
import sys
from minicons import scorer

${folderHint(from)}lm = scorer.IncrementalLMScorer(${loading(from, '"cpu"')})
${reading(task)}${helpers(task)}
${isByWord ? wordScores(bos) : tokenScores(bos)}
table = csv.writer(sys.stdout, lineterminator="\\n")
table.writerow(${list(columnsOf(task))})
for number, cells in rows:
${item(task)}${LOOPS[unit](task)}`;
};

const tokenScores = (bos: string) => `def tokens_of(context, text):
    """The tokens of a text, each with its surprisal in bits and its rank. Those of the context are listed first and left out."""
    before = joined(context, text)
    count = len(lm.tokenizer(before[len(context):] + text, add_special_tokens=False).input_ids)
    return lm.token_score(before + text, bos_token=${bos}, surprisal=True, base_two=True, rank=True)[0][-count:]

def bits(tokens):
    return sum(score for _, score, _ in tokens)
`;

const wordScores = (bos: string) => `def words_of(context, text):
    """The words of a text, each with its surprisal in bits. Those of the context are listed first and left out."""
    words = lm.word_score_tokenized(
        joined(context, text) + text, tokenize_function=str.split, bos_token=${bos}, surprisal=True, base_two=True, bow_correction=True
    )[0]
    return words[-len(text.split()):]
`;

/** Those of our columns that minicons has, in our order, and what else the table has. */
function columnsOf(task: PythonTask): string[] {
	const {unit} = task;
	const {others, ...own} = like(task);
	const named = (others: Record<string, string>) =>
		unit === 'pair' ? pairColumns({...own, others}) : columnNames(unit, {...own, others});
	const known = ['row', 'item', 'condition', 'which', ...COLUMNS[unit]];
	const ours = named({});
	return [...ours.filter(name => known.includes(name)), ...named(others).slice(ours.length)];
}

const SIDES = `    for which, (text, regions) in zip(("first", "second"), sides):
`;

const LOOPS: Record<Unit | 'pair', (task: PythonTask) => string> = {
	token: task => `${SIDES}        for position, (token, score, rank) in enumerate(tokens_of(context, text), 1):
            table.writerow([${begun(task)}, position, token, score, rank, *others])
`,
	word: task => `${SIDES}        for position, (word, score) in enumerate(words_of(context, text), 1):
            table.writerow([${begun(task)}, position, word, score, *others])
`,
	region: task => `${SIDES}        ${parts(task)}
        begins = [match.start() for match in re.finditer(r"\\S+", text)]
        scores = [score for _, score in words_of(context, text)]
        for position, (start, end) in enumerate(parts, 1):
            own = [score for begin, score in zip(begins, scores) if start <= begin < end]  # whole words
            table.writerow([${begun(task)}, position, text[start:end], sum(own), *others])
`,
	text: task => `${SIDES}        tokens = tokens_of(context, text)
        table.writerow([${begun(task)}, text, len(tokens), bits(tokens), *others])
`,
	pair: () => `    plain = [bits(tokens_of(context, text)) for text, _ in sides]
    difference = plain[1] - plain[0]
    more = "first" if difference > 0 else "second" if difference < 0 else ""
    table.writerow([*told, *[text for text, _ in sides], *plain, difference, more, right, str(more == right).lower() if right else "", *others])
`,
};
