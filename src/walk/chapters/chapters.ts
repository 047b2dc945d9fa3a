import type {Chapter} from './chapter.ts';
import {GuessChapter} from './guess/guess-chapter.tsx';
import {HeadChapter} from './head/head-chapter.tsx';
import {InfluenceChapter} from './influence/influence-chapter.tsx';
import {LabelsChapter} from './labels/labels-chapter.tsx';
import {LoopChapter} from './loop/loop-chapter.tsx';
import {TokensChapter} from './tokens/tokens-chapter.tsx';
import {TrainChapter} from './train/train-chapter.tsx';
import {TrainingChapter} from './training/training-chapter.tsx';
import {VectorChapter} from './vector/vector-chapter.tsx';

/** The chapters in their order. */
export const CHAPTERS: readonly Chapter[] = [
	{id: 'tokens', title: 'walk_tokens_title', View: TokensChapter},
	{id: 'vector', title: 'walk_vector_title', View: VectorChapter},
	{id: 'head', title: 'walk_head_title', View: HeadChapter},
	{id: 'labels', title: 'walk_labels_title', View: LabelsChapter},
	{id: 'loop', title: 'walk_loop_title', View: LoopChapter},
	{id: 'influence', title: 'walk_influence_title', View: InfluenceChapter},
	{id: 'training', title: 'walk_training_title', View: TrainingChapter},
	{id: 'train', title: 'walk_train_title', isFurther: true, View: TrainChapter},
	{id: 'guess', title: 'walk_guess_title', View: GuessChapter},
];
