/** The page of one's own notes. */
import { showNotebook } from "./page";

showNotebook(document, localStorage);
