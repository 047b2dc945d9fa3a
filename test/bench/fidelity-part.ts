import {execFileSync} from 'node:child_process';
import {readFile} from 'node:fs/promises';
import {type Part, percent} from './report.ts';

/** What `npm run fidelity` measures, by kinds of text. */
type Kinds = Record<'prose' | 'source code' | 'tables', Fidelity>;
interface Fidelity {
	klNats: number;
	top1Agreement: number;
	perplexityRatio: number;
	positions: number;
}

/** How far the bundled model's int8 is from its float32. */
export const fidelityPart: Part = {
	title: 'fidelity',
	async measure() {
		execFileSync('npx', ['tsx', 'scripts/fidelity.ts'], {stdio: 'ignore'});
		const data = JSON.parse(await readFile('out/fidelity.json', 'utf8')) as Kinds;
		const {klNats, top1Agreement} = data.prose;
		return {
			data,
			tables: [
				{
					id: 'fidelity-kinds',
					head: ['int8 against float32, on', 'positions', 'mean KL', 'same first class', 'perplexity'],
					rows: Object.entries(data).map(([kind, {positions, klNats, top1Agreement, perplexityRatio}]) => [
						kind,
						String(positions),
						`${klNats.toFixed(6)} nats`,
						percent(top1Agreement, 2),
						`${perplexityRatio < 1 ? '−' : '+'}${percent(Math.abs(perplexityRatio - 1), 2)}`,
					]),
				},
			],
			aims: [
				{
					id: 'fidelity-aim-kl',
					says: 'int8 diverges from float32 by at most 0.0005 nats (the mean Kullback-Leibler divergence of a position)',
					measured: klNats.toFixed(6),
					met: klNats <= 0.0005,
				},
				{
					id: 'fidelity-aim-first',
					says: 'it puts the same class first after at least 98.3 % of the positions',
					measured: percent(top1Agreement, 2),
					met: top1Agreement >= 0.983,
				},
			],
		};
	},
};
