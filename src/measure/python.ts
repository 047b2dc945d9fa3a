import {repoOf} from '../protocol/library.ts';
import type {ItemColumns} from './items.ts';
import type {Provenance} from './output.ts';

/** A JSON string is a Python string too. */
const literal = (value: string) => JSON.stringify(value);

/** What Python is to repeat. */
export interface PythonTask {
	/** The table's name. */
	file: string;
	/** What stands between its cells. */
	separator: string;
	columns: Pick<ItemColumns, 'text' | 'context'>;
	from: Pick<Provenance, 'model' | 'revision' | 'how'>;
}

/** A model's name and commit as Python loads them. */
const loading = ({model, revision}: PythonTask['from']) =>
	[
		literal(revision === undefined ? model : repoOf(model)),
		...(revision === undefined ? [] : [`revision=${literal(revision)}`]),
	].join(', ');

const reading = ({file, separator, columns, from}: PythonTask) => `
table = pandas.read_csv(${literal(file)}, ${separator === ',' ? '' : `sep=${literal(separator)}, `}keep_default_na=False)
texts = [text.replace("{", "").replace("}", "") for text in table[${literal(columns.text)}].astype(str)]
contexts = ${columns.context ? `list(table[${literal(columns.context)}].astype(str))` : '[""] * len(texts)'}
separator = ${literal(from.how.separator ?? ' ')}`;

/** Both measures of every word with transformers, in float32: the same numbers, but for how weights are rounded. */
export const inTransformers = (task: PythonTask): string => `import math
import re
import pandas
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained(${loading(task.from)})
model = AutoModelForCausalLM.from_pretrained(${loading(task.from)}, torch_dtype=torch.float32)
${reading(task)}
ends = {*([model.config.eos_token_id] if isinstance(model.config.eos_token_id, int) else model.config.eos_token_id or []), *tokenizer.all_special_ids}
spelled = [tokenizer.convert_tokens_to_string([token or ""]) for token in tokenizer.convert_ids_to_tokens(range(len(tokenizer)))]
marks = tokenizer.convert_ids_to_tokens(range(len(tokenizer)))
starts = torch.tensor([i in ends or mark.startswith("▁") or text[:1].isspace() for i, (mark, text) in enumerate(zip(marks, spelled))])

def measure(context, text):
    """Surprisal of every word in bits: corrected (Pimentel & Meister 2024) and plain."""
    before = context + separator if context and not context[-1].isspace() and not text[0].isspace() else context
    encoded = tokenizer(before + text, add_special_tokens=False, return_offsets_mapping=True)
    ids, spans = encoded.input_ids, encoded.offset_mapping
    begin = ${task.from.how.addSpecialTokens === false ? '[]' : 'tokenizer.build_inputs_with_special_tokens([])'} or [tokenizer.bos_token_id]
    with torch.no_grad():
        logits = model(torch.tensor([begin + ids])).logits[0, len(begin) - 1:, :len(tokenizer)]
    log_probs = logits.log_softmax(-1)
    mass = log_probs.masked_fill(~starts, -math.inf).logsumexp(-1)  # of what begins a word, before every token and after the last
    def border(i):
        if i == 0 or ids[i - 1] in ends or spelled[ids[i - 1]][-1:].isspace():
            return 0.0
        return mass[i].item() if i == len(ids) or starts[ids[i]] else 0.0
    whole = before + text
    words = [[m.start(), m.end(), 0.0, 0.0] for m in re.finditer(r"\\S+", whole) if m.end() > len(before)]
    for i, (id, (start, end)) in enumerate(zip(ids, spans)):
        first = end - len(whole[start:end].lstrip())  # of its characters other than white space
        plain = log_probs[i, id].item()
        for word in words:
            if word[0] <= first < word[1]:
                word[2] -= (plain - border(i) + border(i + 1)) / math.log(2)
                word[3] -= plain / math.log(2)
    return [(whole[start:end], corrected, plain) for start, end, corrected, plain in words]

for context, text in zip(contexts, texts):
    for word, corrected, plain in measure(context, text):
        print(word, corrected, plain, sep="\\t")
`;

/** The same with minicons, which has the correction with a mask of the space alone. */
export const inMinicons = (task: PythonTask): string => `import pandas
from minicons import scorer

lm = scorer.IncrementalLMScorer(${literal(task.from.model)}, "cpu"${task.from.revision === undefined ? '' : `, revision=${literal(task.from.revision)}`})
${reading(task)}
for context, text in zip(contexts, texts):
    joined = context + separator + text if context else text
    # Each word with its surprisal in bits. Words of the context are listed first; here they are not counted.
    words = lm.word_score_tokenized(
        joined, tokenize_function=str.split, bos_token=${task.from.how.addSpecialTokens === false ? 'False' : 'True'}, surprisal=True, base_two=True, bow_correction=True
    )[0]
    print(words[-len(text.split()):])
`;
