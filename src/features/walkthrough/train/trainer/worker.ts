import {nextTask} from '../../../../engine/model/next-task.ts';
import {whenUnasked} from '../../../../protocol/messages/answering.ts';
import {privateFolder} from '../../../../service/library/opfs.ts';
import {TrainingSession} from './session.ts';
import {TrainingStore} from './training-store.ts';

/** The worker that trains a page's own model. It ends with its page. */

const session = new TrainingSession(
	message => self.postMessage(message),
	async () => {
		await nextTask();
		await whenUnasked(navigator.locks);
	},
	new TrainingStore(privateFolder()),
);
self.addEventListener('message', ({data}: MessageEvent<unknown>) => session.receive(data));
