import { EN as SHARED } from '../who/en'
import { begin } from './begin'
import { EN } from './en'

begin(EN, SHARED)
