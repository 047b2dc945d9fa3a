import {VectorChapter} from './blocks/vector-chapter.tsx';
import type {Chapter} from './chapter.ts';
import {GuessChapter} from './guess/guess-chapter.tsx';
import {HeadChapter} from './head/head-chapter.tsx';
import {InfluenceChapter} from './influence/influence-chapter.tsx';
import {LabelsChapter} from './labels/labels-chapter.tsx';
import {LoopChapter} from './loop/loop-chapter.tsx';
import {drawnWith} from './loop/strategy.ts';
import {TrainingChapter} from './positions/training-chapter.tsx';
import {TokensChapter} from './tokens/tokens-chapter.tsx';
import {TrainChapter} from './train/train-chapter.tsx';

type Id = 'tokens' | 'vector' | 'head' | 'labels' | 'loop' | 'influence' | 'training' | 'train' | 'guess';

const chapter = (id: Id, View: Chapter['View']): Chapter => ({
	id,
	title: `walk_${id}_title`,
	question: `walk_${id}_question`,
	answer: `walk_${id}_answer`,
	View,
});

/** The chapters in their order. */
export const CHAPTERS: readonly Chapter[] = [
	chapter('tokens', TokensChapter),
	chapter('vector', VectorChapter),
	chapter('head', HeadChapter),
	chapter('labels', LabelsChapter),
	{...chapter('loop', LoopChapter), drawnWith},
	chapter('influence', InfluenceChapter),
	chapter('training', TrainingChapter),
	{...chapter('train', TrainChapter), isFurther: true},
	chapter('guess', GuessChapter),
];
