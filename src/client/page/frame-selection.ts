import type {CutWord} from '../../protocol/messages/inbox.ts';

/** The selection of one frame, as it is sent to the extension. */
export interface FrameSelection {
	text: string;
	/** Whether the selection is where text can be inserted. */
	editable: boolean;
	/** Whether the keyboard's focus is in this very frame, not in one inside it. */
	focused: boolean;
	/** Whether the focus is in a field that is never read: of a password, a card, a one-time code. */
	secret?: boolean;
	/** Whether nothing is selected, and `text` is the text before the caret. */
	caret?: boolean;
	/** What the selection leaves of the words it begins and ends in, where it cuts any. */
	cut?: CutWord;
	/** Name of the field, in this document alone. */
	field?: string;
}
