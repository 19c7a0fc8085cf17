// Fetching pieces of pages. The document comes parsed by the browser itself
// (responseType "document"): no string ever becomes markup here.

// fetchPage returns another page's document, or undefined where it did not come.
export function fetchPage(address: string): Promise<Document | undefined> {
	return new Promise((done) => {
		const request = new XMLHttpRequest();
		request.open("GET", address);
		request.responseType = "document";
		request.timeout = 10_000;
		request.onload = () => done(request.status === 200 ? (request.responseXML ?? undefined) : undefined);
		request.onerror = request.ontimeout = request.onabort = () => done(undefined);
		request.send();
	});
}

// Parts replaces what only the server can draw by a fresh copy: everything with
// an id and data-part. One fetch at a time; a call during it asks for another.
export class Parts {
	#running = false;
	#again = false;

	// spread keeps hundreds of screens from asking in the same instant.
	async refresh(spread: number): Promise<void> {
		if (this.#running) {
			this.#again = true;
			return;
		}
		this.#running = true;
		await new Promise((done) => setTimeout(done, Math.random() * spread));
		do {
			this.#again = false;
			const fresh = await fetchPage(location.href);
			if (fresh) adopt(fresh);
		} while (this.#again);
		this.#running = false;
	}
}

function adopt(fresh: Document): void {
	for (const part of document.querySelectorAll("[data-part][id]")) {
		const copy = fresh.getElementById(part.id);
		if (copy && !part.contains(document.activeElement)) part.replaceWith(document.adoptNode(copy));
	}
	for (const name of ["data-meeting", "data-rights"]) {
		const value = fresh.body.getAttribute(name);
		if (value !== null) document.body.setAttribute(name, value);
	}
}
