import type {ButtonHTMLAttributes} from 'preact';

/** A button that looks like a link: an action beside a text. */
export const LinkButton = (props: ButtonHTMLAttributes) => <button type="button" class="link" {...props} />;
