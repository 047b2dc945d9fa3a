import {repoOf} from '../../protocol/values/models.ts';

/** A model's name for exports: with the commit of the Hub, where it has one. */
export const fullName = ({id, revision}: {id: string; revision?: string}) =>
	revision === undefined ? id : `${repoOf(id)}@${revision}`;
