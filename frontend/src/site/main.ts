/** The small script of every page. Each page works without it; it only makes the menu of a small screen foldable. */
import "./site.css";
import { pinButton } from "../notebook/pin";
import { closeAccountMenu } from "./accountMenu";
import { foldMenu } from "./menu";
import { openSearch } from "./search";

foldMenu(document);
closeAccountMenu(document);
openSearch(document);
pinButton(document, localStorage);
if (document.querySelector("[data-passkey]")) {
  void import("./passkey").then(({ passkeyForms }) => {
    passkeyForms(document);
  });
}
