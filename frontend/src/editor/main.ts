/** What Raumwerk adds to the editing area of the pages. */
import { waitForDrafts } from "./drafts";

waitForDrafts(document);
