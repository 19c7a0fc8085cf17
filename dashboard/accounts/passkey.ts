// Passkeys, on the pages where somebody signs in or says how: asks the server
// what to show to the device, asks the device, and brings its answer back. Shown
// only where the browser can do it. An invitation's secret is moved from the
// address, which no server sees, into the form.

// What WebAuthn's own JSON needs; browsers have it since 2025.
interface WithJSON {
	parseCreationOptionsFromJSON?(options: unknown): PublicKeyCredentialCreationOptions;
	parseRequestOptionsFromJSON?(options: unknown): PublicKeyCredentialRequestOptions;
}

class Refused extends Error {
	constructor(
		readonly reason: string,
		message: string,
	) {
		super(message);
	}
}

async function post(address: string, fields: object): Promise<Record<string, unknown>> {
	const response = await fetch(address, {
		method: "POST",
		headers: { "Content-Type": "application/json", Accept: "application/json" },
		body: JSON.stringify(fields),
		credentials: "same-origin",
		redirect: "error",
	});
	const answer = (await response.json()) as Record<string, unknown>;
	if (!response.ok) throw new Refused(String(answer["reason"] ?? ""), String(answer["message"] ?? ""));
	return answer;
}

// show has the device make a passkey or show one, as JSON.
async function show(make: boolean, options: unknown): Promise<unknown> {
	const json = PublicKeyCredential as unknown as WithJSON;
	const credential = make
		? await navigator.credentials.create({ publicKey: json.parseCreationOptionsFromJSON!(options) })
		: await navigator.credentials.get({ publicKey: json.parseRequestOptionsFromJSON!(options) });
	if (!(credential instanceof PublicKeyCredential)) throw new Error("no passkey");
	return credential.toJSON();
}

// able reports whether there is anything to ask: not over http on a foreign
// address, and not in a browser without the JSON forms.
const able = "PublicKeyCredential" in window && "parseRequestOptionsFromJSON" in PublicKeyCredential;

function bring(place: HTMLElement): void {
	const address = place.dataset["passkey"]!;
	const error = place.querySelector<HTMLElement>(".err")!;
	const button = place.querySelector("button")!;
	error.setAttribute("role", "alert"); // before it says anything
	const go = async () => {
		const name = place.querySelector<HTMLInputElement>("input[name=name]")?.value ?? "";
		error.hidden = true;
		button.disabled = true;
		try {
			const credential = await show(place.matches("form"), await post(address + "/start", {}));
			const { next } = await post(address, { name, next: place.dataset["next"] ?? "", credential });
			location.assign(String(next));
		} catch (e) {
			const again = place.dataset["again"];
			if (again && e instanceof Refused && e.reason === "forbidden.again") return location.assign(again);
			// What the device or the browser says is for programmers.
			error.textContent = (e instanceof Refused && e.message) || place.dataset["stopped"]!;
			error.hidden = false;
			button.disabled = false;
		}
	};
	if (place instanceof HTMLFormElement) {
		place.addEventListener("submit", (e) => {
			e.preventDefault();
			void go();
		});
	} else {
		button.addEventListener("click", () => void go());
	}
	place.hidden = false;
}

function takeInvitation(): void {
	const place = document.getElementById("from-address");
	const secret = location.hash.slice(1);
	if (!place || !secret) return;
	place.querySelector("input")!.value = secret;
	place.hidden = true;
	history.replaceState(null, "", location.pathname); // not into bookmarks, not onto a shared screen
}

if (able) for (const place of document.querySelectorAll<HTMLElement>("[data-passkey]")) bring(place);
takeInvitation();
