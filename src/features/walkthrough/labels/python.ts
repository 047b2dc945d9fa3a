import {type LabelTask, labelAfter, labelPrompt, TEXT_SLOT} from '../../../protocol/questions/label.ts';
import {pythonLiteral} from '../../../ui/python/python.ts';
import {loadInPython} from '../shared/python.ts';

/** The classification of one text, with the task's own examples and calibration. */
export function labelsInPython(task: LabelTask, text: string, model: string | null): string {
	const {labels, contentFree} = task;
	const indexed = {
		...task,
		examples: task.examples.map(({text, label}) => ({text, label: labels.indexOf(label)})),
	};
	// Examples are written out: what is left to fill in is the text.
	const template = labelPrompt(indexed, TEXT_SLOT);
	return `import torch
${loadInPython(model)}
template = ${pythonLiteral(template)}
labels = ${pythonLiteral(labels.map(label => labelAfter(task.template, label)))}

def score(text, label):                       # log P(label | filled template)
    prompt = template.replace(${pythonLiteral(TEXT_SLOT)}, text)
    length, ids = len(tokenizer(prompt).input_ids), tokenizer(prompt + label).input_ids
    with torch.no_grad():
        log_probs = model(torch.tensor([ids])).logits[0].log_softmax(-1)
    return sum(log_probs[i - 1, ids[i]] for i in range(length, len(ids)))

scores = torch.tensor([score(${pythonLiteral(text)}, label) for label in labels])
${contentFree === null ? '' : `scores -= torch.tensor([score(${pythonLiteral(contentFree)}, label) for label in labels])  # calibrated\n`}print(dict(zip(labels, scores.softmax(-1).tolist())))`;
}
