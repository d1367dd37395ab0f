import { apiClient } from './client.ts';
import { byId } from './dom.ts';
import { startPage } from './page.ts';

startPage(apiClient(), {
  toolbar: byId('toolbar'), progress: byId('progress'), notice: byId('notice'),
  timeline: byId('timeline'), graph: byId('graph'), dock: byId('dock'),
});
