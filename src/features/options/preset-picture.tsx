import {type Choice, NEUTRAL_CHOICE, PRESETS, type PresetId} from '../../client/settings/presets.ts';
import type {ClassesAnswer} from '../../protocol/questions/classes.ts';

const BAR = 7;
const HEIGHT = 34;

/**
 * A preset as a picture: outlines are the model's own probabilities, filled bars the classes that can be chosen. A class
 * that can be drawn is as high as its probability then; one that another strategy considers keeps the model's height.
 */
export function PresetPicture({preset, answer}: {preset: PresetId; answer: ClassesAnswer | undefined}) {
	const choice: Choice = {...NEUTRAL_CHOICE, ...PRESETS[preset]};
	const rows = answer?.model ?? [];
	const after = rows.map((row, index) =>
		choice.doSample ? row.samplingProbability : index < choice.numBeams ? row.probability : 0,
	);
	const longest = Math.max(...after, ...rows.map(row => row.probability), Number.MIN_VALUE);
	const height = (probability: number) => (probability / longest) * (HEIGHT - 2);
	return (
		<svg class="preset-picture" viewBox={`0 0 ${12 * BAR} ${HEIGHT}`} aria-hidden="true">
			{rows.map((row, index) => (
				<g key={row.id} transform={`translate(${index * BAR})`}>
					<rect class="after" x="1" y={HEIGHT - height(after[index])} width={BAR - 2} height={height(after[index])} />
					<rect
						class="model"
						x="1.25"
						y={HEIGHT - height(row.probability) - 0.5}
						width={BAR - 2.5}
						height={height(row.probability)}
					/>
				</g>
			))}
		</svg>
	);
}
