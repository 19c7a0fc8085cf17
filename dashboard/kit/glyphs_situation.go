package kit

// situationSprite holds the signs of the situation's scale: a diamond, empty,
// half full, full. They stand in pages of situations only.
const situationSprite = `<svg class="sprite" width="0" height="0" aria-hidden="true" focusable="false">` +
	`<symbol id="g-normal" viewBox="0 0 16 16"><path class="o" d="M8 1.8 14.2 8 8 14.2 1.8 8z"/></symbol>` +
	`<symbol id="g-strained" viewBox="0 0 16 16"><path class="o" d="M8 1.8 14.2 8 8 14.2 1.8 8z"/><path d="M1.8 8h12.4L8 14.2z"/></symbol>` +
	`<symbol id="g-critical" viewBox="0 0 16 16"><path d="M8 .8 15.2 8 8 15.2.8 8z"/><path class="k" d="M8 4.4v4.4M8 10.4v1.5"/></symbol>` +
	`<symbol id="m-normal" viewBox="0 0 16 16"><path class="o" d="M8 1.8 14.2 8 8 14.2 1.8 8z"/></symbol>` +
	`<symbol id="m-strained" viewBox="0 0 16 16"><path class="o" d="M8 1.8 14.2 8 8 14.2 1.8 8z"/><path d="M1.8 8h12.4L8 14.2z"/></symbol>` +
	`<symbol id="m-critical" viewBox="0 0 16 16"><path d="M8 .8 15.2 8 8 15.2.8 8z"/><path class="k" d="M8 4.4v4.4M8 10.4v1.5"/></symbol>` +
	`</svg>`
