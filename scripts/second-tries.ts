import type {Reporter, TestCase} from 'vitest/node';

/** Names every test that passed only when it was tried again, so that no run hides one. */
export default class SecondTries implements Reporter {
	readonly #names: string[] = [];

	/** @param options what the configuration gives a reporter; the tests give it a `print` of their own. */
	constructor(private readonly options: {print?(text: string): void} = {}) {}

	onTestCaseResult(test: TestCase): void {
		const tries = test.diagnostic()?.retryCount ?? 0;
		if (tries > 0 && test.result().state === 'passed') this.#names.push(`${test.module.moduleId}: ${test.fullName}`);
	}

	onTestRunEnd(): void {
		if (this.#names.length > 0)
			(this.options?.print ?? console.log)(`\nPassed when tried again:\n  ${this.#names.join('\n  ')}`);
	}
}
