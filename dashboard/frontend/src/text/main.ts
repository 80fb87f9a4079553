import '../dashboard/styles/tokens.css'
import '../dashboard/styles/base.css'
import '../dashboard/styles/text.css'
