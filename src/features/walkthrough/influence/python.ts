import type {Params} from '../../../protocol/questions.ts';
import type {Steer} from '../../../protocol/values/changes.ts';
import type {ClassRef} from '../../../protocol/values/prompt.ts';
import {pythonLiteral} from '../../../ui/python/python.ts';
import {BODY_IN_PYTHON, loadInPython} from '../shared/python.ts';

/** How Python cuts a text into words or sentences, near enough to how it is cut here. */
const PIECES = {
	word: String.raw`re.findall(r"\s*\w+|\s*[^\w\s]|\s+", text)`,
	sentence: String.raw`re.findall(r".+?(?:[.!?]+\s+|$)", text, re.S)`,
} as const;

const idOf = (named: ClassRef) => (typeof named === 'number' ? named : named.id);

/** Occlusion as it is asked for: by which unit, with what in place of a part, and against which class. */
export function influenceInPython(question: Params<'influence'>, model: string | null): string {
	const {text, unit, replacement, chosen, against} = question;
	const instead =
		replacement === '' ? '""' : `piece[:len(piece) - len(piece.lstrip())] + ${pythonLiteral(replacement)}`;
	const [cut, left] =
		unit === 'token'
			? [
					`begin = tokenizer("").input_ids  # what the tokenizer puts before a text, and is not taken out
ids = tokenizer(text, add_special_tokens=False).input_ids
pieces = [tokenizer.decode(i) for i in ids]`,
					'begin + ids[:i] + tokenizer(new, add_special_tokens=False).input_ids + ids[i + 1:]',
				]
			: [`pieces = ${PIECES[unit]}`, 'tokenizer("".join(pieces[:i] + [new] + pieces[i + 1:])).input_ids'];
	return `${unit === 'token' ? '' : 'import re\n'}import torch
${loadInPython(model)}
text = ${pythonLiteral(text)}
chosen = ${idOf(chosen)}  # ids of classes
${against === null ? '' : `against = ${idOf(against)}\n`}
def score(ids):
    ids = ids or [tokenizer.eos_token_id if model.config.bos_token_id is None else model.config.bos_token_id]
    with torch.no_grad():
        log_probs = model(torch.tensor([ids])).logits[0, -1].log_softmax(-1)
    return (${against === null ? 'log_probs[chosen]' : 'log_probs[chosen] - log_probs[against]'}).item()

whole = score(tokenizer(text).input_ids)
${cut}
for i, piece in enumerate(pieces):
    new = ${instead}
    print(repr(piece), whole - score(${left}))`;
}

/** Activation patching, by hooks before the blocks. @param classes ids of the class and of the one it is measured against. */
export function patchesInPython(
	texts: readonly string[],
	[chosen, against]: readonly [number, number | null],
	model: string | null,
): string {
	return `import torch
${loadInPython(model)}
first, second = (tokenizer(text, return_tensors="pt").input_ids for text in (${pythonLiteral(texts[0])}, ${pythonLiteral(texts[1])}))
assert first.shape == second.shape   # every position has one of the other prompt

${BODY_IN_PYTHON}
places = [*blocks, last_norm]

def score(ids):
    with torch.no_grad():
        logits = model(ids).logits[0, -1]
    return (${against === null ? `logits[${chosen}]` : `logits[${chosen}] - logits[${against}]`}).item()

streams = {}   # what enters every block, and the final norm
keeping = [b.register_forward_pre_hook(lambda b, args: streams.update({b: args[0].clone()})) for b in places]
whole = score(first), score(second)   # the second one's streams are kept
for hook in keeping: hook.remove()

for block in places:
    row = []
    for position in range(first.shape[1]):
        def patch(module, args):
            h = args[0].clone()
            h[:, position] = streams[module][:, position]
            return (h, *args[1:])
        hook = block.register_forward_pre_hook(patch)
        row.append((whole[0] - score(first)) / (whole[0] - whole[1]))   # 1: all the way to the second answer
        hook.remove()
    print([f"{share:.2f}" for share in row])`;
}

/** Activation addition, by a hook before the block. */
export function steerInPython(text: string, {toward, from, block, weight, at}: Steer, model: string | null): string {
	const isEvery = at === 'every';
	return `import torch
${loadInPython(model)}
${BODY_IN_PYTHON}
block = [*blocks, last_norm][${block}]   # what enters it has gone through ${block} blocks

def stream(ids):
    kept = {}
    hook = block.register_forward_pre_hook(lambda b, args: kept.update(h=args[0]))
    with torch.no_grad():
        model(ids)
    hook.remove()
    return kept["h"][0]

toward, from_ = (tokenizer(text).input_ids for text in (${pythonLiteral(toward)}, ${pythonLiteral(from)}))
${
	isEvery
		? `vector = stream(torch.tensor([toward]))[-1] - stream(torch.tensor([from_]))[-1]   # at their last tokens`
		: `length = max(len(toward), len(from_))
space = tokenizer(" ").input_ids[-1]   # the shorter one is filled up with spaces
fill = lambda ids: torch.tensor([ids + [space] * (length - len(ids))])
vector = stream(fill(toward)) - stream(fill(from_))   # (tokens, n)`
}

def steer(module, args):
    h = args[0].clone()
    ${isEvery ? `h += ${weight} * vector` : `n = min(len(vector), h.shape[1])\n    h[:, :n] += ${weight} * vector[:n]`}
    return (h, *args[1:])

ids = tokenizer(${pythonLiteral(text)}, return_tensors="pt").input_ids
for steered in (False, True):
    if steered: block.register_forward_pre_hook(steer)
    best = model(ids).logits[0, -1].softmax(-1).topk(7)
    print([(tokenizer.decode(i), round(p.item(), 4)) for p, i in zip(*best)])
    print(tokenizer.decode(model.generate(ids, max_new_tokens=16, do_sample=False, use_cache=False)[0]))`;
}
