// Asks the device for a passkey when its form is sent: fetches the challenge, and sends the answer with the form.

type Json = Record<string, unknown>;

const bytes = (text: string): ArrayBuffer => {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0)).buffer;
};

const letters = (buffer: ArrayBuffer): string =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

const listed = (found: unknown): PublicKeyCredentialDescriptor[] =>
  ((found as { id: string; type: "public-key" }[] | undefined) ?? []).map((one) => ({ type: one.type, id: bytes(one.id) }));

async function make(options: Json): Promise<Json> {
  const user = options.user as { id: string; name: string; displayName: string };
  const made = (await navigator.credentials.create({
    publicKey: {
      ...(options as unknown as PublicKeyCredentialCreationOptions),
      challenge: bytes(options.challenge as string),
      user: { ...user, id: bytes(user.id) },
      excludeCredentials: listed(options.excludeCredentials),
    },
  })) as PublicKeyCredential;
  const answer = made.response as AuthenticatorAttestationResponse;
  return told(made, {
    clientDataJSON: letters(answer.clientDataJSON),
    attestationObject: letters(answer.attestationObject),
  });
}

async function show(options: Json): Promise<Json> {
  const found = (await navigator.credentials.get({
    publicKey: {
      ...(options as unknown as PublicKeyCredentialRequestOptions),
      challenge: bytes(options.challenge as string),
      allowCredentials: listed(options.allowCredentials),
    },
  })) as PublicKeyCredential;
  const answer = found.response as AuthenticatorAssertionResponse;
  return told(found, {
    clientDataJSON: letters(answer.clientDataJSON),
    authenticatorData: letters(answer.authenticatorData),
    signature: letters(answer.signature),
    userHandle: answer.userHandle ? letters(answer.userHandle) : null,
  });
}

const told = (credential: PublicKeyCredential, response: Json): Json => ({
  id: credential.id,
  rawId: letters(credential.rawId),
  type: credential.type,
  response,
});

export function passkey(element: HTMLElement): void {
  const form = element as HTMLFormElement;
  if (!("PublicKeyCredential" in window)) return;
  form.hidden = false;
  const answer = form.elements.namedItem("answer") as HTMLInputElement;
  const token = form.elements.namedItem("_csrf") as HTMLInputElement;
  const trouble = form.querySelector<HTMLElement>("[data-trouble]");

  async function run(): Promise<void> {
    const asked = await fetch(form.dataset.options ?? "", {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRFToken": token.value },
    });
    if (!asked.ok || asked.redirected) return location.assign(asked.redirected ? asked.url : location.href);
    const options = (await asked.json()) as Json;
    answer.value = JSON.stringify("user" in options ? await make(options) : await show(options));
    form.submit();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (trouble) trouble.hidden = true;
    run().catch(() => {
      if (trouble) trouble.hidden = false;
    });
  });
}
