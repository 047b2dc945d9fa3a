import {columnNames, pairColumns} from '../output.ts';
import {begun, folderHint, helpers, item, like, list, loading, type PythonTask, parts, reading} from './task.ts';

/** The rows of the desk's table by transformers, in float32: the same columns and numbers, but for how weights are rounded. */
export const inTransformers = (task: PythonTask): string => `import csv
import math
import re
import sys
from collections import namedtuple
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

${folderHint(task.from)}tokenizer = AutoTokenizer.from_pretrained(${loading(task.from)})
model = AutoModelForCausalLM.from_pretrained(${loading(task.from)}, torch_dtype=torch.float32)
${reading(task)}${helpers(task)}
def is_space(character):
    """Whether it is white space as Unicode has it: Python counts four control characters more."""
    return character.isspace() and character not in "\\x1c\\x1d\\x1e\\x1f"

marks = [mark or "" for mark in tokenizer.convert_ids_to_tokens(range(len(tokenizer)))]
spelled = [tokenizer.convert_tokens_to_string([mark]) for mark in marks]
ends = {*([model.config.eos_token_id] if isinstance(model.config.eos_token_id, int) else model.config.eos_token_id or []), *tokenizer.all_special_ids}
starts = torch.tensor([i in ends or mark.startswith("▁") or is_space(text[:1]) for i, (mark, text) in enumerate(zip(marks, spelled))])
beginning = tokenizer.build_inputs_with_special_tokens([])
begin = ${task.from.how.addSpecialTokens === false ? '[] if beginning else' : 'beginning or'} [id for id in [model.config.bos_token_id] if id is not None]
Token = namedtuple("Token", "start end rank plain corrected entropy")

def measure(context, text):
    """The tokens of a text: log-probabilities as they are and corrected for where words end (Pimentel & Meister 2024), in nats."""
    before = joined(context, text)
    whole = before + text
    encoded = tokenizer(whole, add_special_tokens=False, return_offsets_mapping=True)
    ids = encoded.input_ids
    if len(begin) + len(ids) > getattr(model.config, "max_position_embeddings", math.inf):
        return print(f"A text of {len(ids)} tokens is too long for the model and left out.", file=sys.stderr)
    with torch.no_grad():
        logits = model(torch.tensor([begin + ids])).logits[0, :, :len(tokenizer)]
    log_probs = logits.log_softmax(-1)
    mass = log_probs.masked_fill(~starts, -math.inf).logsumexp(-1)  # of what begins a word
    place = len(begin) - 1  # of the distribution before the first token
    def border(i):
        """What the token before this one gets of it, or what the text's end gives to its last token."""
        if i == 0 or ids[i - 1] in ends or is_space(spelled[ids[i - 1]][-1:]):
            return 0.0
        return mass[place + i].item() if i == len(ids) or starts[ids[i]] else 0.0
    tokens, end = [], 0
    for i, (id, span) in enumerate(zip(ids, encoded.offset_mapping)):
        start, end = min(span[0], end), span[1]  # with the space before it, which some tokenizers leave out
        if end <= len(before) or place + i < 0:
            continue
        row = log_probs[place + i]
        plain = row[id].item()
        rank = 1 + (row > row[id]).sum().item() + (row[:id] == row[id]).sum().item()
        entropy = -(row.exp() * row).sum().item()
        tokens.append(Token(max(0, start - len(before)), end - len(before), rank, plain, plain - border(i) + border(i + 1), entropy))
    return tokens

def bits(tokens, measure):
    return sum(getattr(token, measure) for token in tokens) / -math.log(2)

def tokens_of(text, tokens, start, end):
    """Those in or after which the first character other than white space is in this part."""
    def first(token):
        rest = text[token.start:].lstrip()
        return len(text) - len(rest) if rest else token.start
    return [token for token in tokens if start <= first(token) < end]

table = csv.writer(sys.stdout, lineterminator="\\n")
table.writerow(${list(task.unit === 'pair' ? pairColumns(like(task)) : columnNames(task.unit, like(task)))})
${task.unit === 'pair' ? PAIRS(task) : PARTS(task)}`;

const PAIRS = (task: PythonTask) => `for number, cells in rows:
${item(task)}    both = [measure(context, text) for text, _ in sides]
    if None in both:
        continue
${
	task.compare === 'region'
		? '    both = [[token for part in regions for token in tokens_of(text, tokens, *part)] for (text, regions), tokens in zip(sides, both)]\n'
		: ''
}    plain, corrected = ([bits(tokens, name) for tokens in both] for name in ("plain", "corrected"))
    difference = plain[1] - plain[0]
    more = "first" if difference > 0 else "second" if difference < 0 else ""
    row = [*told, *[text for text, _ in sides], *plain, difference, *corrected, more, right, str(more == right).lower() if right else ""]
    table.writerow([*row, ${task.compare === 'region' ? '"region", ' : ''}*others])
`;

const PARTS = (task: PythonTask) => `
def units(text):
    """Its length as JavaScript counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2

def measures(tokens, measure):
    surprisal = bits(tokens, measure)
    return surprisal, -surprisal * math.log(2), 2 ** -surprisal

for number, cells in rows:
${item(task)}    measured = [measure(context, text) for text, _ in sides]
    if None in measured:
        continue
    for which, (text, regions), tokens in zip(("first", "second"), sides, measured):
${task.unit === 'token' ? '' : `        ${parts(task)}\n`}        for position, (start, end, own) in enumerate(${
	task.unit === 'token'
		? '((token.start, token.end, [token]) for token in tokens)'
		: '((start, end, tokens_of(text, tokens, start, end)) for start, end in parts)'
}, 1):
            if own:
                rank = own[0].rank if len(own) == 1 else ""
                place = [${task.unit === 'text' ? '' : 'position, '}text[start:end], units(text[:start]), units(text[:end]), len(own)]
                row = [${begun(task)}, *place, *measures(own, "corrected"), *measures(own, "plain"), rank, own[0].entropy / math.log(2)]
${
	task.unit === 'text'
		? `                total = bits(own, "plain")
                row += [len(text), total / len(own), total / len(text), 2 ** (total / len(own))]
`
		: ''
}                table.writerow([*row, *others])
`;
