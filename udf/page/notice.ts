import { h } from './dom.ts';

export interface Notice {
  readonly show: (message: string) => void;
  readonly clear: () => void;
}

/** What went wrong, with a way to try again; what was shown before stays. */
export const noticeOf = (room: HTMLElement, retry: () => void): Notice => ({
  show: (message) => {
    room.hidden = false;
    room.replaceChildren(h('p', {}, message), h('button', { type: 'button', click: retry }, 'Try again'));
  },
  clear: () => {
    room.hidden = true;
    room.replaceChildren();
  },
});

/** Asks for the endpoint's token in place of a notice. */
export const askForToken = (room: HTMLElement, use: (token: string) => void): void => {
  const input = h('input', { type: 'password', 'aria-label': 'Token', autocomplete: 'off', required: true });
  room.hidden = false;
  room.replaceChildren(h('p', {}, 'This endpoint was started with a token. It is kept for as long as this tab is open.'),
    h('form', { submit: (event) => { event.preventDefault(); use(input.value.trim()); } }, input, h('button', { type: 'submit' }, 'Open')));
  input.focus();
};
