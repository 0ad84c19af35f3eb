// Every page works without this. It only lets the design system's components sharpen what is there.
import { initAll } from "./nhsuk-frontend.min.js";

initAll();
