/** Colours of what is above and below an expectation; told apart by everybody, and by their dashes besides. */
export const MORE = "#2166ac";
export const FEWER = "#b35806";
