import {FILES_CHANNEL, type OnFilesChannel} from '../protocol/values/models.ts';
import type {Engine} from './query.ts';

/**
 * Hand a checkpoint's files over to the library, which keeps it as a model. A port cannot carry files: they go over a
 * channel once the library asks for them.
 * @param name of the model, as it is listed.
 * @returns the id of the download that they are.
 */
export async function importFiles(
	client: Engine,
	name: string,
	files: readonly {path: string; file: File}[],
): Promise<string> {
	const key = crypto.randomUUID();
	const channel = new BroadcastChannel(FILES_CHANNEL);
	channel.onmessage = ({data}: MessageEvent<OnFilesChannel>) => {
		if (data.type === 'wanted' && data.key === key)
			channel.postMessage({type: 'files', key, files} satisfies OnFilesChannel);
	};
	try {
		return (await client.request('importFiles', {key, name})).id;
	} finally {
		channel.close();
	}
}
