import {GraphBuilder} from '../onnx/graph-builder.ts';
import {createSession, type RuntimeOptions} from './ort-session.ts';

/**
 * Load ONNX Runtime before there is a model for it: its code is read and compiled, and its threads start, while the files
 * of the checkpoint are still on their way. It does so for the first session, which here is of the smallest graph there is.
 * Never rejects: opening a model then fails with the same error.
 */
export async function startRuntime(options: RuntimeOptions): Promise<void> {
	const graph = new GraphBuilder();
	graph.output(graph.op('Identity', [graph.input('in', 'float32', [1])], {}, 'out'), 'float32', [1]);
	await createSession(graph.build(), options).then(
		session => session.dispose(),
		() => {},
	);
}
