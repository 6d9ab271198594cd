import 'ol/ol.css';
import './styles/tokens.css';
import './styles/page.css';
import './styles/controls.css';
import './styles/time.css';
import './styles/map.css';
import './styles/legend.css';
import './styles/swipe.css';
import './styles/cards.css';
import './styles/dialogs.css';
import { byId } from './elements.js';
import { Page } from './page.js';
import { followTheme } from './theme.js';

followTheme();
new Page().start().catch((error: unknown) => {
  const box = byId('message');
  box.textContent = error instanceof Error ? error.message : String(error);
  box.hidden = false;
});
