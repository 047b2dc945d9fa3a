"""What float32 PyTorch computes with the weights of a GGUF file; scripts/real.ts compares the engine with it.

    reference.py MODEL.gguf texts.json OUT

texts.json has {"texts": {kind: text}, "strings": [...], "prompts": [...], "chat": [...]}. Written are OUT/reference.json and, of each
text, OUT/KIND.f32: the logits after every token, [tokens, classes] in float32.

The file is read by transformers and the gguf package, and none of it by code of this repository. The tokenizer is that of
the repository on the Hub in the library `tokenizers`: digits alone, then GPT-2's byte-level rule, on the file's tokens and merges.
"""

import json
import pathlib
import sys

import torch
from gguf import GGUFReader
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast

GREEDY_TOKENS = 60
CONTROL = 3


def tokenizer_of(reader):
    """The tokenizer of SmolLM2: `tokenizer.ggml.pre` is "smollm"."""
    value = lambda name: reader.fields[name].contents()
    tokens, kinds = value("tokenizer.ggml.tokens"), value("tokenizer.ggml.token_type")
    merges = [tuple(merge.split(" ")) for merge in value("tokenizer.ggml.merges")]
    made = Tokenizer(models.BPE({token: id for id, token in enumerate(tokens)}, merges))
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    made.decoder = decoders.ByteLevel()
    made.add_special_tokens(
        [AddedToken(t, special=True, normalized=False) for t, kind in zip(tokens, kinds) if kind == CONTROL]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=made,
        bos_token=tokens[value("tokenizer.ggml.bos_token_id")],
        eos_token=tokens[value("tokenizer.ggml.eos_token_id")],
        chat_template=value("tokenizer.chat_template"),
    )


def main(path, wanted, out):
    torch.manual_seed(0)
    file = pathlib.Path(path)
    wanted = json.loads(pathlib.Path(wanted).read_text("utf8"))
    out = pathlib.Path(out)
    tokenizer = tokenizer_of(GGUFReader(path))
    model = AutoModelForCausalLM.from_pretrained(file.parent, gguf_file=file.name, dtype=torch.float32)
    model.eval()
    encode = lambda text: tokenizer.encode(text, add_special_tokens=False)

    answer = {"torch": torch.__version__, "texts": {}}
    with torch.no_grad():
        for kind, text in wanted["texts"].items():
            ids = encode(text)[: wanted["most"]]
            result = model(torch.tensor([ids]), output_hidden_states=True)
            result.logits[0].numpy().tofile(out / f"{kind}.f32")
            # Of the residual stream behind every block; transformers norms the last one.
            streams = [hidden[0] for hidden in result.hidden_states]
            answer["texts"][kind] = {
                "ids": ids,
                "largest": [stream.abs().max().item() for stream in streams],
                "median": [stream.abs().median().item() for stream in streams],
            }
        answer["greedy"] = []
        for prompt in wanted["prompts"]:
            ids = torch.tensor([encode(prompt)])
            made = model.generate(ids, do_sample=False, max_new_tokens=GREEDY_TOKENS, min_new_tokens=GREEDY_TOKENS)
            answer["greedy"].append({"prompt": ids[0].tolist(), "ids": made[0, ids.shape[1] :].tolist()})
    answer["strings"] = [encode(text) for text in wanted["strings"]]
    answer["chat"] = [
        tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
        for messages in wanted["chat"]
    ]
    (out / "reference.json").write_text(json.dumps(answer), "utf8")


main(*sys.argv[1:])
