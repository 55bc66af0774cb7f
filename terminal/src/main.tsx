import "./link/key";
import { render } from "solid-js/web";
import { App } from "./shell/App";
import "./style/tokens.css";
import "./style/shell.css";
import "./style/parts.css";
import "./style/markets.css";

render(() => <App />, document.getElementById("desk")!);
