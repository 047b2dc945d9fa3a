import {afterAll, beforeAll, expect, test, vi} from 'vitest';
import type {ServedModel} from '../../../src/service/call.ts';
import {exercise} from '../../../src/service/exercise.ts';
import {EngineService} from '../../../src/service/service.ts';
import {openServedModel} from '../../helpers/bundled-model.ts';

let model: ServedModel;
let service: EngineService;
beforeAll(async () => {
	model = await openServedModel(() => {});
	service = new EngineService(async () => model);
});
afterAll(() => model.lm.dispose());

test('a service exercises by some dozens of tokens, as many as a second allows', async () => {
	const steps = vi.spyOn(model.lm, 'extend');
	// A slow machine ends it early.
	await exercise(service, new AbortController().signal).catch(error => expect(error.name).toBe('TimeoutError'));
	expect(steps.mock.calls.length).toBeGreaterThan(2);
	expect(steps.mock.calls.length).toBeLessThan(50);
	steps.mockRestore();
});

test('its exercise ends when it is told to', async () => {
	const controller = new AbortController();
	const steps = vi.spyOn(model.lm, 'extend').mockImplementationOnce(async (...args) => {
		controller.abort(new Error('somebody asks'));
		return model.lm.extend(...args);
	});
	await expect(exercise(service, controller.signal)).rejects.toThrow('somebody asks');
	expect(steps.mock.calls.length).toBeLessThan(4);
});
