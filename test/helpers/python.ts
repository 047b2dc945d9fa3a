import {execFileSync, spawnSync} from 'node:child_process';

/** Python, where a machine has it: what is exported for it is run, and judged by what it prints. */

const runs = (python: string, imports: string) => spawnSync(python, ['-c', imports]).status === 0;

/** The command of a Python; undefined where there is none. */
export const PYTHON = runs('python3', 'import json') ? 'python3' : undefined;
/** The command of a Python with PyTorch; undefined where there is none. */
export const TORCH = ['python3', '/usr/bin/python3'].find(python => runs(python, 'import torch'));

/** What a program prints. On one thread: PyTorch's threads wait for each other where others have the cores. */
export const printedBy = (python: string, code: string): string =>
	execFileSync(python, ['-'], {input: `${code}\n`, env: {...process.env, OMP_NUM_THREADS: '1'}}).toString();
