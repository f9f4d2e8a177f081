import { beforeEach, describe, expect, it, vi } from "vitest";
import { passkeyForms } from "./passkey";

const PAGE = (question: object): string => `
  <script id="passkey-options" type="application/json">${JSON.stringify(question)}</script>
  <form data-passkey="passkey-options" data-failed="keine Antwort" data-unsupported="nicht hier:" data-known="schon da">
    <input type="hidden" name="credential"><p role="alert" data-passkey-message hidden></p><button>los</button>
  </form>`;
const PROVE = { request_options: { publicKey: { challenge: "AQI-_w", rpId: "localhost", allowCredentials: [{ type: "public-key", id: "BQ" }] } } };
const MAKE = { creation_options: { publicKey: { challenge: "AQI", rp: { id: "localhost", name: "R" }, user: { id: "BQ", name: "a", displayName: "A" }, pubKeyCredParams: [] } } };

const form = (): HTMLFormElement => document.querySelector("form") as HTMLFormElement;
const message = (): HTMLElement => document.querySelector("[role=alert]") as HTMLElement;
const bytes = (...codes: number[]): ArrayBuffer => new Uint8Array(codes).buffer;

async function submit(question: object, keys: object | undefined): Promise<ReturnType<typeof vi.fn>> {
  document.body.innerHTML = PAGE(question);
  const sent = vi.fn();
  form().submit = sent;
  passkeyForms(document, keys as CredentialsContainer);
  form().dispatchEvent(new SubmitEvent("submit", { cancelable: true }));
  await new Promise((resolve) => setTimeout(resolve));
  return sent;
}

describe("passkeyForms", () => {
  beforeEach(() => {
    document.body.innerHTML = "";
  });

  it("asks with the bytes the server told and sends the answer as JSON", async () => {
    const get = vi.fn().mockResolvedValue({
      id: "BQ", rawId: bytes(5), type: "public-key", getClientExtensionResults: () => ({}),
      response: { clientDataJSON: bytes(251, 255), authenticatorData: bytes(1), signature: bytes(2), userHandle: null },
    });
    const sent = await submit(PROVE, { get });
    expect(sent).toHaveBeenCalledOnce();
    const asked = (get.mock.calls[0]?.[0] as { publicKey: PublicKeyCredentialRequestOptions }).publicKey;
    expect([...(asked.challenge as Uint8Array)]).toEqual([1, 2, 62, 255]);
    expect([...(asked.allowCredentials?.[0]?.id as Uint8Array)]).toEqual([5]);
    const value = document.querySelector<HTMLInputElement>("[name=credential]")?.value ?? "";
    expect(JSON.parse(value)).toEqual({
      id: "BQ", rawId: "BQ", type: "public-key", clientExtensionResults: {},
      response: { clientDataJSON: "-_8", authenticatorData: "AQ", signature: "Ag" },
    });
  });

  it.each([
    ["NotAllowedError", "keine Antwort"],
    ["InvalidStateError", "schon da"],
    ["SecurityError", "nicht hier: localhost"],
  ])("says what %s means and lets one try again", async (name, told) => {
    const create = vi.fn().mockRejectedValue(new DOMException("x", name));
    const sent = await submit(MAKE, { create });
    expect(sent).not.toHaveBeenCalled();
    expect([message().hidden, message().textContent]).toEqual([false, told]);
    form().dispatchEvent(new SubmitEvent("submit", { cancelable: true }));
    expect(create).toHaveBeenCalledTimes(2);
  });

  it("says so where the browser has no passkeys", async () => {
    await submit(MAKE, undefined);
    // `undefined` takes the browser's own, which jsdom lacks
    expect(message().textContent).toBe("nicht hier: localhost");
  });
});
