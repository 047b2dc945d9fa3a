import {mkdtemp, readFile, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import Papa from 'papaparse';
import {beforeAll, describe, expect, test} from 'vitest';
import {readModelFiles} from '../../../../../src/engine/checkpoint/model-files.ts';
import type {OpenKernelModel} from '../../../../../src/engine/open-model.ts';
import {type Item, type ItemColumns, itemsOf} from '../../../../../src/features/corpus/measure/items.ts';
import {columnNames, pairColumns, pairRow, rowsOf} from '../../../../../src/features/corpus/measure/output.ts';
import {inMinicons} from '../../../../../src/features/corpus/measure/python/minicons.ts';
import type {PythonTask} from '../../../../../src/features/corpus/measure/python/task.ts';
import {inTransformers} from '../../../../../src/features/corpus/measure/python/transformers.ts';
import {UNITS} from '../../../../../src/features/corpus/measure/rows.ts';
import {measureItems} from '../../../../../src/features/corpus/measure/run.ts';
import {EngineService} from '../../../../../src/service/service.ts';
import {readTable, type TableFormat} from '../../../../../src/ui/csv/table.ts';
import {askService} from '../../../../helpers/ask-service.ts';
import {type CheckpointFiles, json, makeCheckpoint, readFrom} from '../../../../helpers/checkpoint.ts';
import {openModel} from '../../../../helpers/open-model.ts';
import {PYTHON, printedBy, TORCH} from '../../../../helpers/python.ts';

/**
 * What the desk exports is Python of ours, and is run: with PyTorch on a toy GPT-2, whose forward pass and tokenizer stand in for
 * transformers in a few lines, since few machines have transformers itself. It must print the table that the engine makes of the same checkpoint.
 */

const TASK: PythonTask = {
	file: 'items.csv',
	table: {kind: 'cells', separator: ',', columns: ['before', 'sentence'], hasHeader: true},
	leftOut: [],
	columns: {text: 'sentence', context: 'before'},
	right: null,
	marks: true,
	unit: 'word',
	compare: 'text',
	from: {model: 'org/gpt2', revision: 'abc', how: {}},
};

test('it names the table’s columns, the model and its commit', () => {
	// A model of another commit than the newest is named with it.
	const task = {...TASK, from: {...TASK.from, model: 'org/gpt2@abc'}};
	for (const unit of [...UNITS, 'pair'] as const)
		for (const code of [inTransformers({...task, unit}), inMinicons({...task, unit})])
			for (const named of ['"items.csv"', 'cells["sentence"]', 'cells["before"]', '"org/gpt2"', 'revision="abc"'])
				expect(code).toContain(named);
	expect(inMinicons(TASK)).toContain('bow_correction=True');
	expect(inTransformers({...TASK, table: {...TASK.table, separator: '\t'}})).toContain(
		'csv.reader(file, delimiter="\\t")',
	);
	expect(inTransformers({...TASK, columns: {text: 'a'}})).toContain('context, sides = "", [unmarked(cells["a"])]');
});

test('the model that the extension carries is loaded from its folder, and a comment says where that is', async () => {
	const task = {...TASK, from: {model: 'gpt2-mini', how: {}}};
	for (const code of [inTransformers(task), inMinicons(task)]) {
		const [, folder] = /(?:from_pretrained|LMScorer)\("([^"]*)"/.exec(code)!;
		const config = await readFile(join(import.meta.dirname, '../../../../..', folder, 'config.json'), 'utf8');
		expect(JSON.parse(config).model_type).toBe('gpt2');
		expect(code).toMatch(/^# models\/gpt2-mini is a folder of .* repository/m);
		expect(code).not.toContain('"gpt2-mini"');
	}
	expect(inTransformers(TASK)).not.toContain('repository');
});

/** As GPT-2's: a token a byte, and some with the space before them. */
const MERGES = [
	'Ġ t',
	'Ġ m',
	'Ġ c',
	'Ġ a',
	'Ġ o',
	'h e',
	'Ġt he',
	'a t',
	'Ġm at',
	'o l',
	'ol d',
	'Ġ old',
	'o n',
	'r on',
];
const END = '<|endoftext|>';

/** A toy GPT-2 in float32 with that tokenizer. */
function toyFiles() {
	const files: CheckpointFiles = makeCheckpoint({
		vocabSize: 256 + MERGES.length + 1,
		width: 32,
		heads: 4,
		contextLength: 48,
	});
	const tokenizer = JSON.parse(new TextDecoder().decode(files['tokenizer.json']));
	const bytes = Object.entries(tokenizer.model.vocab as Record<string, number>).filter(([, id]) => id < 256);
	const tokens = [...bytes.map(([token]) => token), ...MERGES.map(merge => merge.replace(' ', '')), END];
	tokenizer.model.vocab = Object.fromEntries(tokens.map((token, id) => [token, id]));
	tokenizer.model.merges = MERGES;
	return {files: {...files, 'tokenizer.json': json(tokenizer)} as CheckpointFiles, tokens};
}

/** Stands in for transformers: GPT-2's forward pass as in its modeling_gpt2.py, and a tokenizer that knows the texts of the test. */
const transformersOf = (checkpoint: string, known: unknown, tokens: readonly string[], spelled: readonly string[]) => `
import json, math, struct, sys, types
import torch
import torch.nn.functional as F

raw = open(${JSON.stringify(checkpoint)}, "rb").read()
size = struct.unpack("<Q", raw[:8])[0]
weights = {
    name: torch.frombuffer(bytearray(raw[8 + size + t["data_offsets"][0] : 8 + size + t["data_offsets"][1]]), dtype=torch.float32).view(t["shape"])
    for name, t in json.loads(raw[8 : 8 + size]).items() if name != "__metadata__"
}
KNOWN, TOKENS, SPELLED = (json.loads(text) for text in (${[known, tokens, spelled].map(value => JSON.stringify(JSON.stringify(value))).join(', ')}))

class Tokenizer:
    all_special_ids = [len(TOKENS) - 1]
    def __len__(self): return len(TOKENS)
    def __call__(self, text, add_special_tokens, return_offsets_mapping):
        ids, spans = KNOWN[text]
        # As its post-processor trims them: without the spaces before a token.
        spans = [(end - len(text[start:end].lstrip(" ")), end) for start, end in spans]
        return types.SimpleNamespace(input_ids=ids, offset_mapping=spans)
    def convert_ids_to_tokens(self, ids): return [TOKENS[i] for i in ids]
    def convert_tokens_to_string(self, tokens): return "".join(SPELLED[TOKENS.index(token)] for token in tokens)
    def build_inputs_with_special_tokens(self, ids): return ids

class Model:
    config = types.SimpleNamespace(eos_token_id=len(TOKENS) - 1, bos_token_id=len(TOKENS) - 1, max_position_embeddings=48)
    def __call__(self, batch):
        w, H, [ids] = weights, 4, batch.tolist()
        T, D = len(ids), w["wte.weight"].shape[1]
        x = w["wte.weight"][ids] + w["wpe.weight"][:T]
        norm = lambda x, name: F.layer_norm(x, (D,), w[name + ".weight"], w[name + ".bias"], 1e-5)
        linear = lambda x, name: x @ w[name + ".weight"] + w[name + ".bias"]
        mask = torch.full((T, T), -math.inf).triu(1)
        for p in ("h.0.", "h.1."):
            q, k, v = (m.view(T, H, D // H).transpose(0, 1) for m in linear(norm(x, p + "ln_1"), p + "attn.c_attn").split(D, 1))
            y = torch.softmax(q @ k.transpose(1, 2) / math.sqrt(D // H) + mask, -1) @ v
            x = x + linear(y.transpose(0, 1).reshape(T, D), p + "attn.c_proj")
            x = x + linear(F.gelu(linear(norm(x, p + "ln_2"), p + "mlp.c_fc"), approximate="tanh"), p + "mlp.c_proj")
        return types.SimpleNamespace(logits=(norm(x, "ln_f") @ w["wte.weight"].T)[None])

class Loader:
    def __init__(self, made): self.made = made
    def from_pretrained(self, name, **_): return self.made
module = types.ModuleType("transformers")
module.AutoTokenizer, module.AutoModelForCausalLM = Loader(Tokenizer()), Loader(Model())
sys.modules["transformers"] = module
`;

const COLUMNS: ItemColumns = {
	text: 'good',
	context: 'before',
	item: 'n',
	condition: 'kind',
	second: 'bad',
	right: 'best',
};
const CSV = [
	'n,kind,before,good,bad,best',
	'1,a,,"The {mat, the} ""old"" {caté}",A mat.,first',
	'',
	'2,b,The mat.,the old 😀 {matron}  ,the mat the,2',
	'3,a,the ,{mat},cat,',
	`4,b,,${'mat '.repeat(30)},cat,bad`,
].join('\n');

describe.skipIf(!TORCH)('by transformers', () => {
	let model: OpenKernelModel;
	let service: EngineService;
	let folder: string;
	let made: ReturnType<typeof toyFiles>;
	beforeAll(async () => {
		made = toyFiles();
		model = await openModel(await readModelFiles(readFrom(made.files)), {dtype: 'fp32'});
		const never = async () => {
			throw new Error('There is one model.');
		};
		service = new EngineService(async () => ({...model, id: 'toy', card: '', threads: 1, draft: never, second: never}));
		folder = await mkdtemp(join(tmpdir(), 'next-token-lens-'));
		await writeFile(join(folder, 'model.safetensors'), made.files['model.safetensors']);
		await writeFile(join(folder, 'items.csv'), CSV);
		await writeFile(join(folder, 'texts.txt'), 'the {old} mat\n\n}matron{\n');
	});

	/** The table of a file, and what is read of it. */
	const tableOf = (text: string, format?: TableFormat) => readTable(new TextEncoder().encode(text), format);

	/** The table that the engine makes, as texts and numbers. */
	async function ours(items: readonly Item[], unit: PythonTask['unit'], how: PythonTask['from']['how']) {
		const rows: (string | number)[][] = [];
		await measureItems(
			items,
			how,
			(params, onEvent) => askService(() => service)('measure', params, {onEvent}),
			measured => {
				if (measured.refusal) return;
				rows.push(...(unit === 'pair' ? [pairRow(measured)!] : rowsOf(measured, unit)));
			},
		);
		return [unit === 'pair' ? pairColumns(items[0]) : columnNames(unit, items[0]), ...rows];
	}

	/** The table that Python prints. */
	function theirs(items: readonly Item[], task: PythonTask) {
		const separator = task.from.how.separator ?? ' ';
		// Every text that may be read, with what goes before it.
		const wholes = items.flatMap(({context, text, second}) =>
			[text, second ?? ''].flatMap(one => [context + one, context + separator + one, one]),
		);
		const points = (text: string) => [...text].length;
		const known = Object.fromEntries(
			wholes.map(text => {
				const ids = model.tokenizer.encode(text);
				const spans = model.tokenizer.spans(text, ids);
				return [text, [ids, spans.map(({start, end}) => [points(text.slice(0, start)), points(text.slice(0, end))])]];
			}),
		);
		const decoder = new TextDecoder();
		const spelled = model.tokenizer.plainBytes.map(bytes => (bytes ? decoder.decode(bytes) : END));
		const stub = transformersOf(join(folder, 'model.safetensors'), known, made.tokens, spelled);
		const {data} = Papa.parse<string[]>(printedBy(TORCH!, stub + inTransformers(task)).trimEnd());
		return data;
	}

	function expectSame(printed: readonly string[][], expected: readonly (string | number)[][]) {
		expect(printed.map(row => row.length)).toEqual(expected.map(row => row.length));
		for (const [r, row] of expected.entries())
			for (const [c, cell] of row.entries()) {
				const where = `${expected[0][c]} of row ${r}`;
				if (typeof cell === 'string' || Number.isInteger(cell)) expect(printed[r][c], where).toBe(String(cell));
				else expect(Math.abs(Number(printed[r][c]) - cell), where).toBeLessThan(1e-4 * Math.max(1, Math.abs(cell)));
			}
	}

	test.each([...UNITS, 'pair'] as const)('the rows of every %s have the engine’s columns and numbers', async unit => {
		const columns = unit === 'pair' ? COLUMNS : {...COLUMNS, second: undefined, right: undefined};
		const table = tableOf(CSV);
		const {items} = itemsOf(table, columns);
		const from = {model: 'toy', how: {}};
		const task: PythonTask = {...TASK, table, file: join(folder, 'items.csv'), columns, unit, from};
		const expected = await ours(items, unit, from.how);
		expect(expected.length).toBeGreaterThan(3);
		expectSame(theirs(items, task), expected);
	});

	test.each<[PythonTask['unit'], PythonTask['compare']]>([
		['word', 'text'],
		['region', 'text'],
		['text', 'text'],
		['pair', 'region'],
	])('both texts of pairs, whose regions have marks, by %s, compared by %s', async (unit, compare) => {
		const text = 'good,bad,kind\nthe {old} mat,the {mat on},a\n{the mat} on,the {old} old mat,b\nmat,mat,c\n';
		const columns = {text: 'good', second: 'bad'};
		const table = tableOf(text);
		const {items, faults} = itemsOf(table, columns, true, compare);
		const leftOut = faults.map(({values}) => Number(values.row));
		const file = join(folder, 'pairs.csv');
		await writeFile(file, text);
		const from = {model: 'toy', how: {}};
		const task: PythonTask = {...TASK, file, table, leftOut, columns, unit, compare, from};
		expectSame(theirs(items, task), await ours(items, unit, from.how));
	});

	test('texts a line, whose braces are text, without what begins a text and with a separator', async () => {
		const lines = 'the {old} mat\n\n}matron{\n';
		const columns = {text: 'text'};
		const table = tableOf(lines, 'lines');
		const {items} = itemsOf(table, columns, false);
		const from = {model: 'toy', how: {separator: '\n', addSpecialTokens: false}};
		const file = join(folder, 'texts.txt');
		const task: PythonTask = {...TASK, file, table, columns, marks: false, unit: 'word', from};
		expectSame(theirs(items, task), await ours(items, 'word', from.how));
	});

	test.each([
		['an object a line', '{"good":"the mat","n":1}\n{"good":"the {mat"}\n\n{"good":"the old mat","n":null}\n', 'good'],
		['a table without a header, with a row that is left out', '1,the mat.\n2\n3,the old mat.\n', 'column_2'],
		['two columns of one name', 'text,text\nthe mat,the old mat\n', 'text_2'],
	])('the rows of %s', async (_, text, column) => {
		const file = join(folder, 'other.csv');
		await writeFile(file, text);
		const table = tableOf(text);
		const columns = {text: column, item: table.columns[0]};
		const {items, faults} = itemsOf(table, columns);
		const leftOut = faults.map(({values}) => Number(values.row));
		const from = {model: 'toy', how: {}};
		expectSame(theirs(items, {...TASK, file, table, leftOut, columns, from}), await ours(items, 'word', from.how));
	});

	test('regions by the numbers of their words, and pairs of which the second is always right', async () => {
		const csv = 'text,second,from,to\nThe old mat,the mat,2,3\nthe mat,the cat,1,1';
		const file = join(folder, 'words.csv');
		await writeFile(file, csv);
		const table = tableOf(csv);
		const from = {model: 'toy', how: {}};
		const byWords = {text: 'text', regionFrom: 'from', regionTo: 'to'};
		const regions: PythonTask = {...TASK, table, file, columns: byWords, unit: 'region', from};
		const {items: inRegions} = itemsOf(table, byWords);
		expectSame(theirs(inRegions, regions), await ours(inRegions, 'region', from.how));
		const columns = {text: 'text', second: 'second'};
		const pairs: PythonTask = {...TASK, table, file, columns, right: 'second', unit: 'pair', from};
		const inPairs = itemsOf(table, columns).items.map(one => ({...one, right: 'second'}) as const);
		expectSame(theirs(inPairs, pairs), await ours(inPairs, 'pair', from.how));
	});
});

describe.skipIf(!PYTHON)('by minicons', () => {
	/** Stands in for minicons: every token and word is a letter's worth of bits, and those of the context are listed as minicons lists them. */
	const STUB = `
import re, sys, types
class Scorer:
    def __init__(self, name, device, revision=None): pass
    def tokenizer(self, text, add_special_tokens): return types.SimpleNamespace(input_ids=re.findall(r" ?\\S", text))
    def token_score(self, text, bos_token, surprisal, base_two, rank):
        assert bos_token and surprisal and base_two and rank
        return [[("<|endoftext|>", 0.0, 0), *((token, float(ord(token[-1])), i) for i, token in enumerate(re.findall(r" ?\\S", text), 1))]]
    def word_score_tokenized(self, text, tokenize_function, bos_token, surprisal, base_two, bow_correction):
        assert bos_token and surprisal and base_two and bow_correction
        return [[(word, float(len(word))) for word in tokenize_function(text)]]
scorer = types.ModuleType("minicons.scorer")
scorer.IncrementalLMScorer = Scorer
minicons = types.ModuleType("minicons")
minicons.scorer = scorer
sys.modules.update({"minicons": minicons, "minicons.scorer": scorer})
`;
	const PAIRS = 'n,before,text,other\n1,Once a,b {cde f} g,b h\n2,,{xy},xy\n';
	const bits = (text: string) => [...text].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);

	test.each<[PythonTask['unit'], string[], (string | number)[][]]>([
		['token', ['position', 'token', 'plain_surprisal_bits', 'rank'], [[1, ' b', bits('b'), 6]]],
		[
			'word',
			['position', 'word', 'corrected_surprisal_bits'],
			[
				[1, 'b', 1],
				[2, 'cde', 3],
			],
		],
		['region', ['position', 'region', 'corrected_surprisal_bits'], [[1, 'cde f', 4]]],
		['text', ['text', 'tokens', 'plain_surprisal_bits'], [['b cde f g', 6, bits('bcdefg')]]],
		[
			'pair',
			[
				'first',
				'second',
				'first_plain_surprisal_bits',
				'second_plain_surprisal_bits',
				'difference_bits',
				'more_probable',
				'right',
				'is_right',
			],
			[['b cde f g', 'b h', bits('bcdefg'), bits('bh'), bits('bh') - bits('bcdefg'), 'second', 'first', 'false']],
		],
	])('the rows of every %s have their columns under our names, without the context', async (unit, names, first) => {
		const file = join(await mkdtemp(join(tmpdir(), 'next-token-lens-')), 'items.csv');
		await writeFile(file, PAIRS);
		const columns = {text: 'text', context: 'before', item: 'n', second: unit === 'pair' ? 'other' : undefined};
		const table = readTable(new TextEncoder().encode(PAIRS));
		const task: PythonTask = {...TASK, table, file, columns, unit, right: 'first', from: {model: 'toy', how: {}}};
		const {data} = Papa.parse<string[]>(printedBy(PYTHON!, STUB + inMinicons(task)).trimEnd());
		const [header, ...rows] = data;
		const carried = columns.second === undefined ? ['other'] : [];
		expect(header).toEqual(['row', 'item', 'condition', ...names, ...carried]);
		for (const [i, row] of first.entries()) {
			const [number, item, condition, ...cells] = rows[i];
			expect([number, item, condition]).toEqual(['2', '1', '']);
			expect(cells.map((cell, c) => (typeof row[c] === 'number' ? Number(cell) : cell))).toEqual([
				...row,
				...carried.map(() => 'b h'),
			]);
		}
		expect(rows.at(-1)!.slice(0, 2)).toEqual(['3', '2']);
	});
});
