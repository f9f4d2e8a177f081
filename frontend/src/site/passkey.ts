/**
 * Forms that a passkey fills in: the server's question stands beside the form as JSON, the browser asks the key, and the
 * answer goes to the server in the field `credential`. What went wrong is said in the words the page brings along.
 */
interface Described {
  id: string;
  type: PublicKeyCredentialType;
  transports?: AuthenticatorTransport[];
}

type Creation = Omit<PublicKeyCredentialCreationOptions, "challenge" | "user" | "excludeCredentials"> & {
  challenge: string;
  user: { id: string; name: string; displayName: string };
  excludeCredentials?: Described[];
};

type Request = Omit<PublicKeyCredentialRequestOptions, "challenge" | "allowCredentials"> & {
  challenge: string;
  allowCredentials?: Described[];
};

interface Question {
  creation_options?: { publicKey: Creation };
  request_options?: { publicKey: Request };
}

export function passkeyForms(root: Document, keys: CredentialsContainer | undefined = navigator.credentials): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-passkey]")) prepare(root, form, keys);
}

function prepare(root: Document, form: HTMLFormElement, keys: CredentialsContainer | undefined): void {
  const text = root.getElementById(form.dataset.passkey ?? "")?.textContent;
  const field = form.querySelector<HTMLInputElement>("input[name=credential]");
  const message = form.querySelector<HTMLElement>("[data-passkey-message]");
  if (!text || !field || !message) return;
  const question = JSON.parse(text) as Question;
  let busy = false;

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    message.hidden = true;
    ask(question, keys)
      .then((answer) => {
        field.value = JSON.stringify(answer);
        form.submit();
      })
      .catch((error: unknown) => {
        busy = false;
        message.textContent = told(form, question, error);
        message.hidden = false;
      });
  });
}

/** Sentences of the page by what the browser says; everything else is "did not answer". */
function told(form: HTMLFormElement, question: Question, error: unknown): string {
  const name = error instanceof Error || error instanceof DOMException ? error.name : "";
  if (name === "InvalidStateError") return form.dataset.known ?? "";
  if (name === "NotSupportedError" || name === "SecurityError") {
    const host = question.creation_options?.publicKey.rp.id ?? question.request_options?.publicKey.rpId ?? "";
    return `${form.dataset.unsupported ?? ""} ${host}`;
  }
  return form.dataset.failed ?? "";
}

async function ask(question: Question, keys: CredentialsContainer | undefined): Promise<object> {
  // Without https there are no credentials at all, whatever the types say.
  if (!keys) throw new DOMException("no passkeys here", "NotSupportedError");
  const { creation_options: creation, request_options: request } = question;
  const found = creation
    ? await keys.create({ publicKey: creationOptions(creation.publicKey) })
    : request
      ? await keys.get({ publicKey: requestOptions(request.publicKey) })
      : null;
  if (!found) throw new DOMException("no key answered", "NotAllowedError");
  return plain(found as PublicKeyCredential);
}

function creationOptions(told: Creation): PublicKeyCredentialCreationOptions {
  return {
    ...told,
    challenge: bytes(told.challenge),
    user: { ...told.user, id: bytes(told.user.id) },
    excludeCredentials: (told.excludeCredentials ?? []).map((one) => ({ ...one, id: bytes(one.id) })),
  };
}

function requestOptions(told: Request): PublicKeyCredentialRequestOptions {
  return {
    ...told,
    challenge: bytes(told.challenge),
    allowCredentials: (told.allowCredentials ?? []).map((one) => ({ ...one, id: bytes(one.id) })),
  };
}

/** The answer as the standard writes it in JSON; `toJSON` is not yet in every browser. */
function plain(credential: PublicKeyCredential): object {
  const answer = credential.response;
  const response: Record<string, unknown> = { clientDataJSON: text(answer.clientDataJSON) };
  if ("attestationObject" in answer) {
    const made = answer as AuthenticatorAttestationResponse;
    response.attestationObject = text(made.attestationObject);
  } else {
    const proof = answer as AuthenticatorAssertionResponse;
    response.authenticatorData = text(proof.authenticatorData);
    response.signature = text(proof.signature);
    if (proof.userHandle) response.userHandle = text(proof.userHandle);
  }
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

function bytes(value: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(value.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
}

function text(value: ArrayBuffer): string {
  const signs = Array.from(new Uint8Array(value), (code) => String.fromCharCode(code)).join("");
  return btoa(signs).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
